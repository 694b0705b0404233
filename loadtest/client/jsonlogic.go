package main

import (
	"fmt"

	"github.com/diegoholiveira/jsonlogic/v3"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// rule is the flag of loadtest/evaluate_peers/request.py: two rules that compare the country, the second holds.
var rule = condition("if",
	condition("==", condition("var", "country"), "DE"), "off",
	condition("==", condition("var", "country"), "FR"), "on",
	"off")

var variants = map[string]bool{"on": true, "off": false}

const targetingMatch = 3

// evaluateByJSONLogic answers as Vexil would: key, value, variant, reason. The rule is parsed once, ahead.
func evaluateByJSONLogic(request []byte) ([]byte, error) {
	var key, evaluationContext, attributes []byte
	err := eachField(request, func(number protowire.Number, _ uint64, content []byte) {
		switch number {
		case 3:
			key = content
		case 4:
			evaluationContext = content
		}
	})
	if err != nil {
		return nil, err
	}
	err = eachField(evaluationContext, func(number protowire.Number, _ uint64, content []byte) {
		if number == 2 {
			attributes = content
		}
	})
	if err != nil {
		return nil, err
	}
	var data structpb.Struct
	if err := proto.Unmarshal(attributes, &data); err != nil {
		return nil, err
	}
	outcome, err := jsonlogic.ApplyInterface(rule, data.AsMap())
	if err != nil {
		return nil, err
	}
	variant, _ := outcome.(string)
	value, known := variants[variant]
	if !known {
		return nil, fmt.Errorf("no variant %v", outcome)
	}
	return answer(key, variant, value), nil
}

// answer encodes a vexil.v1.EvaluateResponse.
func answer(key []byte, variant string, value bool) []byte {
	served := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), protowire.EncodeBool(value))
	evaluation := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), key)
	evaluation = protowire.AppendBytes(protowire.AppendTag(evaluation, 2, protowire.BytesType), served)
	evaluation = protowire.AppendString(protowire.AppendTag(evaluation, 3, protowire.BytesType), variant)
	evaluation = protowire.AppendVarint(protowire.AppendTag(evaluation, 4, protowire.VarintType), targetingMatch)
	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), evaluation)
}

// condition is one operator of JsonLogic with what it is applied to.
func condition(operator string, operands ...any) any {
	return map[string]any{operator: operands}
}
