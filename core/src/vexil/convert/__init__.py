"""Between the wire and the model: the only place where protobuf messages and the core meet.

`<thing>_to_proto(model)` and `<thing>_from_proto(message)`, by subject: `values`, `resources`, `evaluation`,
`selectors`, `changes`, `errors`; the other modules are how they do it.

Reading is strict and relies on nobody else's checks. What a client wrote raises InvalidRequest, whose
violations carry the path inside the message (`paths.within` adds where the message itself was found). What a
server wrote (states, changes, commits, evaluations) raises Unimplemented where a newer release said something
that this one does not know, and DataLoss where it is damaged. `…_to_proto` raises InvalidRequest for what a
message cannot carry, such as text with a lone surrogate.
"""
