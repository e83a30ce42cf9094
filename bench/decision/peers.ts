import type { Path, Question } from './ours.js';

/* The same rules in what others use for policies: one rule for each category, and no for everything else. */

/* As much of each as is used here: they are installed beside the measurements, not with Remit. */

interface AgentMeshClient {
  readonly policy: { evaluate(action: string, context: object): string };
  executeWithGovernance(action: string, params: object): Promise<{ readonly decision: string }>;
}

interface AgentMeshClientClass {
  create(agentId: string, options: { readonly policyRules: readonly object[] }): AgentMeshClient;
}

type RulesEngineClass = new (
  rules: readonly object[],
) => {
  run(facts: object): Promise<{ readonly events: readonly unknown[] }>;
};

interface Cedar {
  preparsePolicySet(id: string, policies: object): { readonly type: string };
  statefulIsAuthorized(
    call: object,
  ):
    | { readonly type: 'success'; readonly response: { readonly decision: string } }
    | { readonly type: 'failure'; readonly errors: unknown };
}

/** The bands that every peer is told instead of a score: the same as ours. */
function factsOf({ category, actionClass, standing, confidence }: Question) {
  return { category, actionClass, standing, sure: confidence >= 0.9 };
}

/** `@microsoft/agent-governance-sdk`: its whole governed call with trust and audit, and its policy check alone. */
export async function governancePaths(
  categories: readonly string[],
): Promise<{ readonly whole: Path; readonly bare: Path }> {
  const name = '@microsoft/agent-governance-sdk';
  const { AgentMeshClient } = (await import(name)) as { readonly AgentMeshClient: AgentMeshClientClass };
  const policyRules = categories.map((category) => ({
    name: category,
    action: 'restart',
    conditions: { category, actionClass: 'safe_write', standing: 'proven', sure: true },
    effect: 'allow' as const,
  }));
  const fresh = () => AgentMeshClient.create('bench', { policyRules });
  let client = fresh();
  let calls = 0;
  return {
    whole: {
      says: '@microsoft/agent-governance-sdk: governed call (rings, policy, trust, audit)',
      async ask(question) {
        calls += 1;
        // Beyond 10,000 entries its audit log is copied at every call: it is not held against it.
        if (calls % 5_000 === 0) client = fresh();
        return (await client.executeWithGovernance('restart', factsOf(question))).decision === 'allow';
      },
    },
    bare: {
      says: '@microsoft/agent-governance-sdk: policy check alone',
      ask: (question) => client.policy.evaluate('restart', factsOf(question)) === 'allow',
    },
  };
}

/** json-rules-engine, as its documentation builds it. */
export async function rulesEnginePath(categories: readonly string[]): Promise<Path> {
  const name = 'json-rules-engine';
  const { Engine } = (await import(name)) as { readonly Engine: RulesEngineClass };
  const engine = new Engine(
    categories.map((category) => ({
      conditions: {
        all: Object.entries({ category, actionClass: 'safe_write', standing: 'proven', sure: true }).map(
          ([fact, value]) => ({ fact, operator: 'equal', value }),
        ),
      },
      event: { type: 'allow' },
    })),
  );
  return {
    says: 'json-rules-engine: a run',
    ask: async (question) => (await engine.run(factsOf(question))).events.length > 0,
  };
}

/** Cedar, compiled to WebAssembly, its policies parsed beforehand. */
export async function cedarPath(categories: readonly string[]): Promise<Path> {
  const name = '@cedar-policy/cedar-wasm/nodejs';
  const { default: cedar } = (await import(name)) as { readonly default: Cedar };
  const staticPolicies = Object.fromEntries(
    categories.map((category) => [
      category,
      `permit(principal, action == Action::"restart", resource == Category::"${category}") when {
         context.actionClass == "safe_write" && context.standing == "proven" && context.sure };`,
    ]),
  );
  const parsed = cedar.preparsePolicySet('bench', { staticPolicies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  return {
    says: '@cedar-policy/cedar-wasm: an authorization, policies parsed beforehand',
    ask(question) {
      const { category, actionClass, standing, sure } = factsOf(question);
      const answer = cedar.statefulIsAuthorized({
        principal: { type: 'Agent', id: 'remit' },
        action: { type: 'Action', id: 'restart' },
        resource: { type: 'Category', id: category },
        context: { actionClass, standing, sure },
        preparsedPolicySetId: 'bench',
        entities: [],
      });
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
      return answer.response.decision === 'allow';
    },
  };
}
