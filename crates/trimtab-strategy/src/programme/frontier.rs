//! All portfolios that a programme's constraints leave efficient.
use super::{Programme, Shape, Task, conflict, quadratic_failed};
use crate::Estimates;
use trimtab_core::{Error, Kind, Result};
use trimtab_math::frontier::Frontier;

impl Programme {
    /// The efficient frontier under the programme's constraints: for every expected return the least variance,
    /// $\min_w \tfrac12 w^\top \Sigma w - \gamma \mu^\top w$ for all $\gamma \ge 0$. The first elements of each point are the weights.
    ///
    /// # Errors
    /// [`Kind::Infeasible`] with the names of constraints that exclude each other, [`Kind::Numeric`].
    pub fn frontier(&self, estimates: &Estimates) -> Result<Frontier> {
        let task = Task::new(self, &self.objective, &self.constraints, estimates)?;
        if let Some(positions) = &task.positions {
            let said = format!(
                "`{}`: a frontier is drawn under linear conditions and turnover",
                positions.name
            );
            return Err(Error::spec(said).hint("leave it out, or ask for single points of it"));
        }
        let shape = Shape::new(&task, &estimates.covariance, &estimates.mean);
        let error = match Frontier::trace(&shape.problem()) {
            Ok(frontier) => return Ok(frontier),
            Err(error) => quadratic_failed(error),
        };
        match conflict(&task)? {
            Some(names) => {
                let said = format!("these exclude each other: {}", names.join(", "));
                Err(Error::new(Kind::Infeasible, said).hint("loosen one of them"))
            }
            None => Err(error),
        }
    }
}
