"""A network with names, solved by OR-tools as a flow of least cost."""

from dataclasses import dataclass, field

from ortools.graph.python import min_cost_flow

from matcher.errors import RoadshowError


@dataclass(slots=True)
class Flow:
    """Arcs between named nodes."""

    numbers: dict[str, int] = field(default_factory=dict)
    arcs: list[tuple[int, int, int, int]] = field(default_factory=list)

    def arc(self, start: str, end: str, capacity: int, cost: int) -> int:
        """Add an arc; its number is the place of its flow in `solve`."""
        nodes = [self.numbers.setdefault(name, len(self.numbers)) for name in (start, end)]
        self.arcs.append((nodes[0], nodes[1], max(0, capacity), cost))
        return len(self.arcs) - 1

    def solve(self, source: str, sink: str, supply: int) -> list[int]:
        """Send at most `supply` from source to sink at the least cost; the flow of each arc.

        Raises:
            RoadshowError: numbers too large to count with.
        """
        solver = min_cost_flow.SimpleMinCostFlow()
        start, end = (self.numbers.setdefault(name, len(self.numbers)) for name in (source, sink))
        for one in self.arcs:
            solver.add_arc_with_capacity_and_unit_cost(*one)
        # what is not worth sending takes the free way
        solver.add_arc_with_capacity_and_unit_cost(start, end, supply, 0)
        solver.set_node_supply(start, supply)
        solver.set_node_supply(end, -supply)
        if solver.solve() != solver.OPTIMAL:
            raise RoadshowError("邀请的价值相差过大，无法精确计算；请把价值或权重改得接近一些。")
        return [solver.flow(arc) for arc in range(len(self.arcs))]
