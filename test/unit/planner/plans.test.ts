/** Routes, reasons and errors of statements, as data in plans.json. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { GatewayError } from '../../../src/base/errors.ts';
import type { QueryPlan, WritePlan } from '../../../src/planner/plan.ts';
import { planText } from './planner-fixture.ts';

interface Case {
  readonly comment: string;
  readonly query: string;
  readonly route?: string;
  readonly reason?: string;
  readonly error?: number;
  readonly message?: string;
}

const cases = JSON.parse(readFileSync(new URL('./plans.json', import.meta.url), 'utf8')) as readonly Case[];

/** The plan that reads: of a write its source's. */
function reading(plan: QueryPlan | WritePlan): QueryPlan {
  if ('route' in plan) return plan;
  if (plan.kind !== 'insert') return plan.source;
  assert.equal(plan.source.kind, 'query');
  assert.ok(plan.source.kind === 'query');
  return plan.source.plan;
}

describe('plans', () => {
  for (const each of cases) {
    it(`${each.comment}: ${each.query}`, () => {
      if (each.error === undefined) {
        const plan = reading(planText(each.query).plan);
        assert.equal(plan.route, each.route, plan.reason);
        if (each.reason !== undefined) assert.equal(plan.reason, each.reason);
        return;
      }
      assert.throws(
        () => planText(each.query),
        (error: unknown) => {
          assert.ok(error instanceof GatewayError, String(error));
          assert.equal(error.errno, each.error, error.message);
          if (each.message !== undefined) assert.equal(error.message, each.message);
          return true;
        },
      );
    });
  }
});
