"""What is left over, beside the goal that nothing is."""

from __future__ import annotations

from typing import Any

from benchmarks.goals import goal
from benchmarks.soak.measure import Soaked

#: Memory is counted in pages and kept by allocators, so two counts of an idle process differ by some MiB.
GROWTH_MIB = 8.0


def new_mounts(found: Soaked) -> list[str]:
    """Returns the mount points that were not there before."""
    assert found.after is not None
    return sorted(set(found.after.mounts) - set(found.before.mounts))


def left_over(found: Soaked) -> list[dict[str, Any]]:
    """Returns the goals: nothing is left over when the sandbox is closed, and nothing grows while it works."""
    before, warm, after = found.before, found.warm, found.after
    assert after is not None
    goals = [
        goal("processes left over", after.processes - before.processes, "<=", 0, "processes"),
        goal("zombies left over", after.zombies - before.zombies, "<=", 0, "processes"),
        goal("descriptors left over", after.descriptors - before.descriptors, "<=", 0, "descriptors"),
        goal("mounts left over", len(new_mounts(found)), "<=", 0, "mounts"),
        goal("temporary files left over", after.files - before.files, "<=", 0, "files"),
        goal("honest programs judged wrongly", found.misjudged, "<=", 0, "programs"),
    ]
    if warm is None:  # interrupted before anything could grow
        return goals
    last = found.at_work[-1][1]
    goals += [
        goal("growth of this process", round(last.own_mib - warm.own_mib, 1), "<=", GROWTH_MIB, "MiB"),
        goal("growth of the workers", round(last.workers_mib - warm.workers_mib, 1), "<=", GROWTH_MIB, "MiB"),
    ]
    if last.worker_descriptors is not None and warm.worker_descriptors is not None:
        goals.append(
            goal("growth of the workers' descriptors", last.worker_descriptors - warm.worker_descriptors, "<=", 0, "descriptors")
        )
    if last.worker_mounts is not None and warm.worker_mounts is not None:
        goals.append(goal("growth of the workers' mounts", last.worker_mounts - warm.worker_mounts, "<=", 0, "mounts"))
    return goals


def figures(found: Soaked) -> dict[str, Any]:
    """Returns all figures as JSON data."""
    assert found.after is not None
    return {
        "programs": found.programs,
        "interrupted": found.interrupted,
        "seconds": round(found.seconds, 1),
        "programs_per_s": round(found.programs / found.seconds, 1),
        "honest": dict(found.honest.most_common()),
        "hostile": dict(found.hostile.most_common()),
        "misjudged_honest": found.misjudged,
        "orphans_buried": found.orphans_buried,
        "before": found.before.to_dict(),
        "at_work": [{"programs": count, **footprint.to_dict()} for count, footprint in found.at_work],
        "after": found.after.to_dict(),
        "new_mounts": new_mounts(found),
        "goals": left_over(found),
    }
