package main

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"
)

// evaluators are what `evaluate` serves, by name; each makes an answer of a vexil.v1.EvaluateRequest.
var evaluators = map[string]func(request []byte) ([]byte, error){
	"empty":     func([]byte) ([]byte, error) { return nil, nil },
	"jsonlogic": evaluateByJSONLogic,
}

// evaluate answers /vexil.v1.ConfigService/Evaluate on a free port, which it says on standard error. Messages
// are handed over as bytes, so that grpc-go itself spends nothing on decoding them.
func evaluate(arguments []string) error {
	if len(arguments) != 1 || evaluators[arguments[0]] == nil {
		return errors.New("usage: client evaluate empty|jsonlogic")
	}
	evaluator := evaluators[arguments[0]]
	handle := func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		var request []byte
		if err := decode(&request); err != nil {
			return nil, err
		}
		answer, err := evaluator(request)
		if err != nil {
			return nil, fmt.Errorf("no evaluation: %w", err)
		}
		return &answer, nil
	}
	server := grpc.NewServer(grpc.ForceServerCodecV2(rawCodec{}))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "vexil.v1.ConfigService",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Evaluate", Handler: handle}},
	}, struct{}{})
	return listen(server)
}
