use super::RiskParityError;

/// Budgets of single series from budgets of groups: the budget B_g of group g is shared equally
/// by its members, `b_i = B_g / n_g`, so that the contributions of the members add up to B_g.
///
/// `group_of[i]` is the group of series i, an index into `budgets`.
///
/// # Errors
/// [`RiskParityError::Group`] for a member of an unknown group or a positive budget without a
/// member; [`RiskParityError::Budget`] for a budget that is negative or not a number.
pub fn group_budgets(group_of: &[usize], budgets: &[f64]) -> Result<Vec<f64>, RiskParityError> {
    if let Some((index, &value)) =
        budgets.iter().enumerate().find(|(_, b)| !(b.is_finite() && **b >= 0.0))
    {
        return Err(RiskParityError::Budget { index, value });
    }
    let mut members = vec![0_usize; budgets.len()];
    for &group in group_of {
        *members.get_mut(group).ok_or(RiskParityError::Group { group })? += 1;
    }
    if let Some(group) = (0..budgets.len()).find(|&g| members[g] == 0 && budgets[g] > 0.0) {
        return Err(RiskParityError::Group { group });
    }
    Ok(group_of.iter().map(|&g| budgets[g] / members[g] as f64).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn members_share_the_budget_of_their_group() {
        let b = group_budgets(&[0, 1, 0, 1, 1], &[0.4, 0.6]).unwrap();
        assert_eq!(b, [0.2, 0.6 / 3.0, 0.2, 0.6 / 3.0, 0.6 / 3.0]);
        assert_eq!(group_budgets(&[0, 2], &[1.0]), Err(RiskParityError::Group { group: 2 }));
        assert_eq!(group_budgets(&[0], &[0.5, 0.5]), Err(RiskParityError::Group { group: 1 }));
        let bad = group_budgets(&[0], &[-1.0]);
        assert_eq!(bad, Err(RiskParityError::Budget { index: 0, value: -1.0 }));
    }
}
