package main

import (
	"context"
	"errors"
	"fmt"

	"google.golang.org/grpc"

	"vexil.dev/loadtest/client/vexilv1"
)

// An evaluator is what `evaluate` serves.
type evaluator struct {
	handle  grpc.MethodHandler
	options []grpc.ServerOption
}

var evaluators = map[string]evaluator{
	"empty":       {handle: withMessages(answerNothing)},
	"jsonlogic":   {handle: withMessages(evaluateByJSONLogic)},
	"no-messages": {handle: withoutMessages, options: []grpc.ServerOption{grpc.ForceServerCodecV2(rawCodec{})}},
}

// evaluate answers /vexil.v1.ConfigService/Evaluate on a free port, which it says on standard error.
func evaluate(arguments []string) error {
	if len(arguments) != 1 || evaluators[arguments[0]].handle == nil {
		return errors.New("usage: client evaluate empty|jsonlogic|no-messages")
	}
	evaluator := evaluators[arguments[0]]
	server := grpc.NewServer(evaluator.options...)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "vexil.v1.ConfigService",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Evaluate", Handler: evaluator.handle}},
	}, struct{}{})
	return listen(server)
}

// withMessages handles calls as code of protoc-gen-go-grpc does: grpc-go's own codec decodes each request into
// a new message, and encodes the answer.
func withMessages(answer func(*vexilv1.EvaluateRequest) (*vexilv1.EvaluateResponse, error)) grpc.MethodHandler {
	return func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		request := new(vexilv1.EvaluateRequest)
		if err := decode(request); err != nil {
			return nil, err
		}
		response, err := answer(request)
		if err != nil {
			return nil, fmt.Errorf("no evaluation: %w", err)
		}
		return response, nil
	}
}

func answerNothing(*vexilv1.EvaluateRequest) (*vexilv1.EvaluateResponse, error) {
	return &vexilv1.EvaluateResponse{}, nil
}

// withoutMessages takes the request as bytes and answers none: what grpc-go takes for a call of any service.
func withoutMessages(
	_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor,
) (any, error) {
	var request []byte
	if err := decode(&request); err != nil {
		return nil, err
	}
	return &[]byte{}, nil
}
