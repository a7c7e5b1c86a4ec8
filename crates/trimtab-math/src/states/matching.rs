//! Which state of one fit is which of another.

/// The order of least cost: `order[k]` is what stands at place k, and no thing stands at two. Tried are all orders, so `n` is
/// that of a few states. Of equal orders the one that is lower by its first difference.
pub fn assignment(n: usize, cost: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut best = ((0..n).collect::<Vec<_>>(), f64::INFINITY);
    let (mut order, mut left) = (Vec::with_capacity(n), vec![true; n]);
    place(&mut order, &mut left, 0.0, &cost, &mut best);
    best.0
}

fn place(
    order: &mut Vec<usize>,
    left: &mut [bool],
    sum: f64,
    cost: &impl Fn(usize, usize) -> f64,
    best: &mut (Vec<usize>, f64),
) {
    if order.len() == left.len() {
        if sum < best.1 {
            *best = (order.clone(), sum);
        }
        return;
    }
    for thing in 0..left.len() {
        if left[thing] {
            left[thing] = false;
            let more = cost(order.len(), thing);
            order.push(thing);
            place(order, left, sum + more, cost, best);
            order.pop();
            left[thing] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::assignment;

    #[test]
    fn the_cheapest_order_is_not_the_greedy_one() {
        // Greedy takes 0 for place 0 (cost 1) and pays 9 for place 1.
        let costs = [[1.0, 2.0, 9.0], [3.0, 9.0, 9.0], [9.0, 9.0, 1.0]];
        assert_eq!(assignment(3, |place, thing| costs[place][thing]), [1, 0, 2]);
        assert_eq!(assignment(2, |_, _| 1.0), [0, 1]);
    }
}
