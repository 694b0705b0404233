package main

import (
	"fmt"

	"github.com/diegoholiveira/jsonlogic/v3"

	"vexil.dev/loadtest/client/vexilv1"
)

// rule is the flag of loadtest/evaluate_peers/request.py: two rules that compare the country, the second holds.
var rule = condition("if",
	condition("==", condition("var", "country"), "DE"), "off",
	condition("==", condition("var", "country"), "FR"), "on",
	"off")

var variants = map[string]bool{"on": true, "off": false}

// evaluateByJSONLogic answers as Vexil would: key, value, variant, reason. The rule is parsed once, ahead.
func evaluateByJSONLogic(request *vexilv1.EvaluateRequest) (*vexilv1.EvaluateResponse, error) {
	outcome, err := jsonlogic.ApplyInterface(rule, request.GetContext().GetAttributes().AsMap())
	if err != nil {
		return nil, err
	}
	variant, _ := outcome.(string)
	value, known := variants[variant]
	if !known {
		return nil, fmt.Errorf("no variant %v", outcome)
	}
	return &vexilv1.EvaluateResponse{Evaluation: &vexilv1.Evaluation{
		Key:     request.GetKey(),
		Value:   &vexilv1.Value{Kind: &vexilv1.Value_BoolValue{BoolValue: value}},
		Variant: variant,
		Reason:  vexilv1.EvaluationReason_EVALUATION_REASON_TARGETING_MATCH,
	}}, nil
}

// condition is one operator of JsonLogic with what it is applied to.
func condition(operator string, operands ...any) any {
	return map[string]any{operator: operands}
}
