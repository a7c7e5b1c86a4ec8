use super::engine::{Engine, Entering, FEASIBLE, Item, Phase, Place, Side};

/// Changes slower than this per unit of the move count as none: as pivots they would be rounding.
const MOVES: f64 = 1e-10;

/// A kink met along the move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// Distance to it.
    at: f64,
    /// Growth of the objective's slope there, infinite at a bound or a constraint.
    growth: f64,
    what: Item,
    upper: bool,
    /// The piece behind the kink of a row.
    behind: Side,
}

/// Where the move ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocking {
    pub(super) what: Item,
    /// At its upper end, or its lower one.
    pub(super) upper: bool,
    /// Distance.
    pub(super) length: f64,
}

impl Engine {
    /// Along the move, the first kink behind which the objective no longer falls.
    ///
    /// Of kinks at the same distance the one with the largest pivot ends the move, the first of
    /// equals; `first` takes the first kink of all, by the rule of Bland.
    pub(super) fn search(
        &mut self,
        entering: Entering,
        phase: Phase,
        first: bool,
    ) -> Option<Blocking> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        self.own_events(entering, &mut events);
        self.variable_events(phase, &mut events);
        self.row_events(entering, phase, &mut events);
        let blocking = self.choose(&mut events, entering.slope, first);
        self.events = events;
        blocking
    }

    /// The other end of what moves.
    fn own_events(&self, entering: Entering, events: &mut Vec<Event>) {
        let (what, upper) = (entering.what, entering.up);
        if let Item::Variable(j) = what {
            let at = self.p.upper[j] - self.p.lower[j];
            events.push(Event { at, growth: f64::INFINITY, what, upper, behind: Side::Between });
        }
    }

    fn variable_events(&self, phase: Phase, events: &mut Vec<Event>) {
        for (&j, &dx) in self.basics.iter().zip(&self.dx) {
            if dx.abs() <= MOVES {
                continue;
            }
            let (x, what) = (self.x[j], Item::Variable(j));
            let (near, far) = if dx > 0.0 {
                (self.p.lower[j], self.p.upper[j])
            } else {
                (self.p.upper[j], self.p.lower[j])
            };
            let mut push = |goal: f64, growth: f64, upper| {
                let at = ((goal - x) / dx).max(0.0);
                events.push(Event { at, growth, what, upper, behind: Side::Between });
            };
            // On the way back from outside the near bound is a kink, not a wall.
            if phase == Phase::Reach && (near - x) * dx.signum() > FEASIBLE {
                push(near, dx.abs(), dx < 0.0);
            }
            if (far - x) * dx.signum() >= -FEASIBLE || phase == Phase::Improve {
                push(far, f64::INFINITY, dx > 0.0);
            }
        }
    }

    fn row_events(&mut self, entering: Entering, phase: Phase, events: &mut Vec<Event>) {
        if let Item::Row(i) = entering.what {
            let row = &self.p.rows[i].1;
            self.side[i] = match (self.side[i], entering.up) {
                (Side::Lower, true) if row.lower < row.upper => Side::Between,
                (Side::Upper, false) if row.lower < row.upper => Side::Between,
                (_, true) => Side::Above,
                (_, false) => Side::Below,
            };
        }
        for (i, &dr) in self.dr.iter().enumerate() {
            if dr.abs() <= MOVES {
                continue;
            }
            let row = &self.p.rows[i].1;
            let price = |p: f64, outside: bool| match phase {
                Phase::Improve => p,
                // On the way to a constraint its limit is a kink; from inside it is a wall.
                Phase::Reach if p.is_infinite() => {
                    if outside {
                        1.0
                    } else {
                        p
                    }
                }
                Phase::Reach => 0.0,
            };
            let (up, single) = (dr > 0.0, row.lower == row.upper);
            let side = self.side[i];
            let mut push = |goal: f64, price: f64, upper, behind| {
                let at = ((goal - self.r[i]) / dr).max(0.0);
                let growth = price * dr.abs();
                events.push(Event { at, growth, what: Item::Row(i), upper, behind });
            };
            match (side, up) {
                (Side::Below, true) if single => {
                    let growth = price(row.below, true) + price(row.above, false);
                    push(row.lower, growth, false, Side::Above);
                }
                (Side::Above, false) if single => {
                    let growth = price(row.above, true) + price(row.below, false);
                    push(row.upper, growth, true, Side::Below);
                }
                (Side::Below, true) => {
                    push(row.lower, price(row.below, true), false, Side::Between);
                    if row.upper.is_finite() {
                        push(row.upper, price(row.above, false), true, Side::Above);
                    }
                }
                (Side::Above, false) => {
                    push(row.upper, price(row.above, true), true, Side::Between);
                    if row.lower.is_finite() {
                        push(row.lower, price(row.below, false), false, Side::Below);
                    }
                }
                (Side::Between, true) if row.upper.is_finite() => {
                    push(row.upper, price(row.above, false), true, Side::Above);
                }
                (Side::Between, false) if row.lower.is_finite() => {
                    push(row.lower, price(row.below, false), false, Side::Below);
                }
                _ => {}
            }
        }
    }

    /// Goes through the kinks in their order while the slope stays negative.
    fn choose(&mut self, events: &mut [Event], slope: f64, first: bool) -> Option<Blocking> {
        // Kinks this close together end the move at the same point.
        const TOGETHER: f64 = 1e-12;
        let mut slope = slope;
        let mut passed = 0;
        loop {
            let rest = &mut events[passed..];
            let next =
                (0..rest.len()).reduce(|a, b| if rest[b].at < rest[a].at { b } else { a })?;
            rest.swap(0, next);
            let event = rest[0];
            slope += event.growth;
            passed += 1;
            if slope >= 0.0 || (first && event.growth > 0.0) {
                let reach = event.at + TOGETHER;
                let same = events[passed - 1..].iter().filter(|e| e.at <= reach && e.growth > 0.0);
                let rank = |e: &Event| if first { 0.0 } else { self.pivot(e) };
                let end = same.fold(event, |best, e| {
                    let (new, old) = (rank(e), rank(&best));
                    let earlier = self.index(e) < self.index(&best);
                    if new > old || (new == old && earlier) { *e } else { best }
                });
                for e in &events[..passed - 1] {
                    if let Item::Row(i) = e.what {
                        self.side[i] = e.behind;
                    }
                }
                return Some(Blocking { what: end.what, upper: end.upper, length: event.at });
            }
        }
    }

    /// Size of the change that would become the pivot.
    fn pivot(&self, e: &Event) -> f64 {
        match e.what {
            Item::Row(i) => self.dr[i].abs(),
            Item::Variable(j) if self.place[j] != Place::Basic => 1.0,
            Item::Variable(j) => {
                let q = self.basics.iter().position(|&b| b == j);
                q.map_or(0.0, |q| self.dx[q].abs())
            }
        }
    }

    /// Variables first, then rows: the order of the rule of Bland.
    fn index(&self, e: &Event) -> usize {
        match e.what {
            Item::Variable(j) => j,
            Item::Row(i) => self.x.len() + i,
        }
    }
}
