"""skfolio's optimisers on each window."""

import warnings

from skfolio import RiskMeasure
from skfolio.optimization import HierarchicalRiskParity, MeanRisk, ObjectiveFunction, RiskBudgeting
from windows import TAIL, run

warnings.filterwarnings("ignore")

MODELS = {
    "minimum-variance": lambda: MeanRisk(risk_measure=RiskMeasure.VARIANCE),
    "walk-forward": lambda: MeanRisk(risk_measure=RiskMeasure.VARIANCE),
    "maximum-ratio": lambda: MeanRisk(objective_function=ObjectiveFunction.MAXIMIZE_RATIO),
    "risk-parity": lambda: RiskBudgeting(risk_measure=RiskMeasure.VARIANCE),
    "hrp": lambda: HierarchicalRiskParity(risk_measure=RiskMeasure.VARIANCE),
    "cvar": lambda: MeanRisk(risk_measure=RiskMeasure.CVAR, cvar_beta=1.0 - TAIL),
}

run(lambda problem, x: MODELS[problem]().fit(x).weights_)
