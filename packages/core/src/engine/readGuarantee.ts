import type { ActionClass } from '../domain/action.js';
import { type CalibrationReport, calibrationReport } from '../domain/calibration/report.js';
import { seededUniform } from '../domain/calibration/uniform.js';
import { allowedWrong, type Spent } from '../domain/guarantee/budget.js';
import { type RiskPoint, riskCoverage } from '../domain/guarantee/riskCoverage.js';
import { type DetectorView, type GateView, viewDetector, viewGate } from '../domain/guarantee/stratum.js';
import { promiseOf } from '../domain/guarantee/trial.js';
import { CALIBRATION, GUARANTEE, type Policy } from '../domain/policy.js';
import type { EngineContext } from './context.js';
import { readStratum, stratumOf } from './gatherGuarantee.js';
import { policyInForce } from './policyInForce.js';

/* When automation may be open and why, for people. It decides nothing. */

/** One stratum, as people see it. */
export interface StratumView {
  /** For example `safe_write 0.05 0.05`: action class, alpha, delta. */
  readonly stratum: string;
  readonly actionClass: string;
  /** Categories in mode `guaranteed` whose automation this gate opens today; none: it only watches. */
  readonly categories: readonly string[];
  readonly gate: GateView;
  readonly detector: DetectorView;
  /** Decisions whose labels are not final yet, or come after one that is not. */
  readonly waiting: number;
  /** Automatic runs of the last 30 days, known wrong ones, and how many of those the budget allows. */
  readonly budget: Spent & { readonly allowed: number };
}

/** A category in mode `guaranteed`. */
export interface GuaranteedCategory {
  readonly category: string;
  /** The strata that its writes belong to. */
  readonly strata: readonly string[];
  /** Whether one of their gates is open. */
  readonly open: boolean;
}

/** What mode `guaranteed` knows of a tenant. */
export interface GuaranteeView {
  readonly categories: readonly GuaranteedCategory[];
  /** Those of the categories asked for, and without a category every one that has ever had a decision. */
  readonly strata: readonly StratumView[];
  /** Of the whole tenant's newest 5,000 labels: they are pooled over categories. */
  readonly calibration: CalibrationReport;
  readonly riskCoverage: readonly RiskPoint[];
}

/** The classes of writes that a policy could ever let run by themselves. */
function earningClasses({ criticalAutoApprove }: Policy): readonly ActionClass[] {
  return criticalAutoApprove ? ['safe_write', 'critical_write'] : ['safe_write'];
}

type Promised = Pick<GuaranteedCategory, 'category' | 'strata'> & { readonly isGuaranteed: boolean };

async function promisedBy({ storage }: Pick<EngineContext, 'storage'>, tenant: string, category: string) {
  const { policy } = await policyInForce({ storage }, tenant, category);
  const strata = earningClasses(policy).map((actionClass) => stratumOf(actionClass, policy));
  return { category, strata, isGuaranteed: policy.mode === 'guaranteed' } satisfies Promised;
}

async function viewStratum(
  { storage }: Pick<EngineContext, 'storage'>,
  tenant: string,
  stratum: string,
): Promise<Omit<StratumView, 'categories'> | null> {
  const promise = promiseOf(stratum);
  const read = await readStratum(storage, tenant, stratum);
  if (!promise || !read) return null;
  const { actionClass, settings } = promise;
  const spent = await storage.trials.spent(tenant, stratum, (await storage.now()) - GUARANTEE.budget.windowMs);
  return {
    ...{ stratum, actionClass, waiting: (await storage.trials.ofStratum(tenant, stratum, read.upTo)).length },
    gate: viewGate(read.state.gate, settings),
    detector: viewDetector(read.state, settings),
    budget: { ...spent, allowed: allowedWrong(settings.alpha, spent.autos) },
  };
}

/** Every stratum of a tenant, or of one category, with the state of its gate and why; calibration and risk by coverage. */
export async function readGuarantee(
  context: Pick<EngineContext, 'storage' | 'categories'>,
  tenant: string,
  category: string | null,
): Promise<GuaranteeView> {
  const { storage, categories } = context;
  const asked = category === null ? categories : [category];
  const promised = await Promise.all(asked.map((name) => promisedBy(context, tenant, name)));
  const guaranteed = promised.filter(({ isGuaranteed }) => isGuaranteed);
  const tried = await storage.trials.strata(tenant);
  const wanted = (category === null ? guaranteed : promised).flatMap((one) => one.strata);
  const names = [...new Set(category === null ? [...tried, ...wanted] : wanted)].sort();
  const views: StratumView[] = [];
  for (const stratum of names) {
    const view = await viewStratum(context, tenant, stratum);
    const own = guaranteed.filter(({ strata }) => strata.includes(stratum)).map((one) => one.category);
    if (view) views.push({ ...view, categories: own });
  }
  const labels = await storage.trials.labels(tenant, CALIBRATION.newest);
  const isOpen = (stratum: string): boolean => views.some((view) => view.stratum === stratum && view.gate.open);
  return {
    categories: guaranteed.map(({ category: name, strata }) => ({ category: name, strata, open: strata.some(isOpen) })),
    strata: views,
    // Seeded, so that the same labels give the same figures.
    calibration: calibrationReport(labels, () => seededUniform(1)),
    riskCoverage: riskCoverage(labels),
  };
}
