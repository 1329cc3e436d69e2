"""Maximum likelihood over positive parameters, judged honestly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assets.enrich.lifetime_value.models.base import Array

LOWEST, HIGHEST = np.log(1e-6), np.log(1e6)
"""Between these the logarithms of the parameters are sought, in units that make them near one."""
GAIN_LEFT = 1e-5
"""A fit has converged when a Newton step would raise the log-likelihood by less than this."""
WIDEST = 3.0
"""A parameter whose logarithm has a larger standard error is not determined by the data."""
STEP = 1e-4
SAME_CURVATURE = 1e-3
"""After a step shorter than this the curvature is not computed anew."""
MOST_STEPS = 150
LONGEST_STEP = 1.5

Likelihood = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True)
class Optimum:
    """Where a likelihood is largest.

    Attributes:
        parameters: the natural parameters.
        standard_errors: of the natural parameters, or none if there is no curvature to tell.
        log_likelihood: there.
        converged: whether this is the inner maximum of a likelihood with curvature all round.
        message: a sentence that says so, or what is wrong.
        evaluations: how often the likelihood was computed.
    """

    parameters: Array
    standard_errors: Array | None
    log_likelihood: float
    converged: bool
    message: str
    evaluations: int


class _Objective:
    """Minus the mean log-likelihood by the logarithms of the parameters."""

    def __init__(self, likelihood: Likelihood, customers: int) -> None:
        self.likelihood, self.customers, self.evaluations = likelihood, max(customers, 1), 0

    def __call__(self, logs: Array) -> tuple[float, Array]:
        self.evaluations += 1
        parameters = np.exp(logs)
        with np.errstate(all="ignore"):
            value, gradient = self.likelihood(parameters)
        slope = gradient * parameters
        if not (np.isfinite(value) and np.all(np.isfinite(slope))):
            return 1e10, np.zeros_like(logs)
        return -value / self.customers, -slope / self.customers

    def curvature(self, logs: Array) -> Array:
        """The matrix of second derivatives, from differences of the gradient."""
        rows = []
        for step in STEP * np.eye(len(logs)):
            rows.append((self(logs + step)[1] - self(logs - step)[1]) / (2 * STEP))
        matrix = np.array(rows)
        symmetric: Array = (matrix + matrix.T) / 2
        return symmetric


def maximise(
    likelihood: Likelihood, names: Sequence[str], starts: Sequence[Sequence[float]], customers: int
) -> Optimum:
    """Find the largest likelihood, beginning at the next start only if one has failed.

    Never raises for what the data are: the best point found is given with `converged` false.

    Args:
        likelihood: gives the log-likelihood and its gradient by the natural parameters.
        names: of the parameters, for the sentence.
        starts: where to begin, natural parameters.
        customers: that the likelihood is of.
    """
    best: Optimum | None = None
    for start in starts:
        found = _climb(likelihood, names, np.log(np.array(start, dtype=np.float64)), customers)
        if found.converged:
            return found
        if best is None or found.log_likelihood > best.log_likelihood + 1e-6:
            best = found
    assert best is not None
    return best


def _climb(likelihood: Likelihood, names: Sequence[str], logs: Array, customers: int) -> Optimum:
    objective = _Objective(likelihood, customers)
    logs, value, slope = _descend(objective, logs)
    curvature = objective.curvature(logs)
    for _ in range(6):
        step = _newton_step(curvature, slope)
        if step is None or float(slope @ -step) * objective.customers < GAIN_LEFT * 1e-3:
            break
        there = np.clip(logs + step, LOWEST, HIGHEST)
        value_there, slope_there = objective(there)
        if not value_there < value:
            break
        logs, value, slope = there, value_there, slope_there
        if float(np.max(np.abs(step))) > SAME_CURVATURE:
            curvature = objective.curvature(logs)
    message, errors = _judge(objective, names, logs, slope, curvature)
    if value >= 1e10:
        message = "The likelihood is not finite where the search ended."
    parameters = np.exp(logs)
    return Optimum(
        parameters,
        None if errors is None else errors * parameters,
        -value * objective.customers,
        message == "",
        message or "Converged.",
        objective.evaluations,
    )


def _descend(objective: _Objective, logs: Array) -> tuple[Array, float, Array]:
    """Go downhill (BFGS, steps halved until they descend) until little is left to gain.

    Four parameters need no library, and LAPACK's threads would spin at every step of one.
    """
    value, slope = objective(logs)
    metric, is_fresh = np.eye(len(logs)), True
    for _ in range(MOST_STEPS):
        step = -metric @ slope
        step[((logs <= LOWEST) & (step < 0)) | ((logs >= HIGHEST) & (step > 0))] = 0.0
        if not np.any(step):
            break
        if float(slope @ step) > 0:
            metric, is_fresh = np.eye(len(logs)), True
            continue
        if not is_fresh and -float(slope @ step) * objective.customers < GAIN_LEFT:
            break
        step *= min(1.0, LONGEST_STEP / max(float(np.max(np.abs(step))), 1e-300))
        for _ in range(30):
            there = np.clip(logs + step, LOWEST, HIGHEST)
            value_there, slope_there = objective(there)
            if value_there <= value + 1e-4 * float(slope @ (there - logs)):
                break
            step /= 2
        else:
            if is_fresh:
                break
            metric, is_fresh = np.eye(len(logs)), True
            continue
        moved, turned = there - logs, slope_there - slope
        logs, value, slope = there, value_there, slope_there
        along = float(moved @ turned)
        if along > 1e-14:
            if is_fresh:
                metric, is_fresh = np.eye(len(logs)) * along / float(turned @ turned), False
            shear = np.eye(len(logs)) - np.outer(moved, turned) / along
            metric = shear @ metric @ shear.T + np.outer(moved, moved) / along
    return logs, value, slope


def _newton_step(curvature: Array, slope: Array) -> Array | None:
    """The step to the minimum of the parabola, short of two; none where it curves downwards."""
    if not np.all(np.isfinite(curvature)) or np.linalg.eigvalsh(curvature)[0] <= 0:
        return None
    step = -np.linalg.solve(curvature, slope)
    longest = float(np.max(np.abs(step)))
    return np.asarray(step * min(1.0, 2.0 / max(longest, 1e-300)), dtype=np.float64)


def _judge(
    objective: _Objective, names: Sequence[str], logs: Array, slope: Array, curvature: Array
) -> tuple[str, Array | None]:
    """What is wrong, empty if nothing is, and the standard errors of the logarithms."""
    for name, log in zip(names, logs, strict=True):
        if log < LOWEST + 1e-3 or log > HIGHEST - 1e-3:
            side = "zero" if log < 0 else "infinity"
            return f"The likelihood grows while {name} goes to {side}.", None
    if not np.all(np.isfinite(curvature)):
        return "The likelihood has no finite curvature where the search ended.", None
    values, vectors = np.linalg.eigh(curvature * objective.customers)
    if values[0] <= 0 or values[0] < 1e-12 * values[-1]:
        flat = names[int(np.argmax(np.abs(vectors[:, 0])))]
        return f"The likelihood is flat: the data do not determine {flat}.", None
    variances = np.einsum("ij,j,ij->i", vectors, 1.0 / values, vectors)
    errors: Array = np.sqrt(variances)
    gain = float(np.sum((vectors.T @ slope * objective.customers) ** 2 / values)) / 2
    if gain > GAIN_LEFT:
        return f"The search ended {gain:.2g} below the largest log-likelihood.", errors
    if float(errors.max()) > WIDEST:
        vague = names[int(np.argmax(errors))]
        return f"The likelihood is nearly flat: the data do not determine {vague}.", errors
    return "", errors
