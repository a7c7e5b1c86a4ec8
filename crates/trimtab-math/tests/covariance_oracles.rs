//! Estimators against other people's programs, on numbers from a formula.
//!
//! scikit-learn 1.7 (Ledoit-Wolf, OAS), skfolio 1.12 (exponential about zero, detoning, James-Stein
//! and Bayes-Stein), pandas (exponential about the mean), PyPortfolioOpt 1.6 (semi-covariance,
//! Black-Litterman), CLARABEL through cvxpy (nearest correlation), and plain loops over the
//! published formulas where those programs depart from them: PyPortfolioOpt's constant-correlation
//! shrinkage divides by T - 1 where the paper divides by T, and skfolio's fit of the noise variance
//! stops at the edge of its range on these numbers.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::unwrap_used)]

use std::path::PathBuf;

use trimtab_math::covariance::{self, Centre, NoiseLevel, OasForm};
use trimtab_math::linalg::{Cholesky, Observations, Sym};
use trimtab_math::means::{self, Certainty, Target, View};

const T: usize = 40;
const N: usize = 6;

fn data() -> Observations {
    let at = |t: usize, j: usize| {
        let (t, j) = (t as f64, j as f64);
        0.01 * (0.7 * (t + 1.0) * (j + 1.0)).sin()
            + 0.004 * (0.3 * (t + 1.0) * (t + 1.0)).cos() * (1.0 + 0.2 * j)
            + 0.0005 * j
    };
    let columns: Vec<Vec<f64>> = (0..N).map(|j| (0..T).map(|t| at(t, j)).collect()).collect();
    Observations::from_columns(&columns).unwrap()
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-10 * b.abs().max(1e-9), "{a:e} instead of {b:e}");
}

#[track_caller]
fn elements(s: &Sym, expected: [f64; 3]) {
    for (place, e) in [(0, 0), (0, 1), (2, 5)].into_iter().zip(expected) {
        near(s[place], e);
    }
}

#[test]
fn sample_and_exponential() {
    let x = data();
    let s = covariance::sample(&x).unwrap().covariance;
    elements(&s, [6.436557790483774e-05, 1.0365569747582256e-05, -2.8471206972199544e-05]);
    let decay = 0.5f64.powf(0.1);
    let e = covariance::exponential(&x, decay, Centre::Mean).unwrap();
    elements(
        &e.covariance,
        [6.098638741733692e-05, 1.3016476990770277e-05, -2.2045362543206803e-05],
    );
    near(e.mean[0], 0.001562843345873586);
    near(e.mean[5], 0.0029885545091307866);
    assert_eq!(means::exponential(&x, decay).unwrap(), e.mean);
    let e = covariance::exponential(&x, decay, Centre::Zero).unwrap();
    elements(
        &e.covariance,
        [6.103438128796384e-05, 1.3283481903890422e-05, -1.5056952532394184e-05],
    );
    let flat = covariance::exponential(&x, 1.0, Centre::Mean).unwrap();
    assert!(flat.covariance.combine(1.0, &s, -1.0).norm() < 1e-18);
}

#[test]
fn shrinkage() {
    let x = data();
    let s = covariance::ledoit_wolf(&x).unwrap();
    near(s.intensity, 0.3214260956518807);
    elements(&s.covariance, [6.485273083788498e-05, 6.857960006049401e-06, -1.883682262471312e-05]);
    let s = covariance::oas(&x, OasForm::Simplified).unwrap();
    near(s.intensity, 0.4362050321912243);
    elements(&s.covariance, [6.56013017018674e-05, 5.697954660603813e-06, -1.5650625137909026e-05]);
    near(covariance::oas(&x, OasForm::Published).unwrap().intensity, 0.4118127943756488);
    let s = covariance::ledoit_wolf_constant_correlation(&x).unwrap();
    near(s.intensity, CONSTANT_INTENSITY);
    elements(&s.covariance, CONSTANT);
}

const CONSTANT_INTENSITY: f64 = 0.4088263685520526;
const CONSTANT: [f64; 3] = [6.27564384572168e-05, 9.877142829402257e-06, -1.1693438808329504e-05];

#[test]
fn shortfall_and_noise() {
    let x = data();
    let s = covariance::semi(&x, 0.001).unwrap();
    elements(&s, [3.0225592882135282e-05, 1.3219976693570011e-05, 1.7064121045831542e-06]);
    let q = covariance::sample(&x).unwrap().covariance;
    let d = covariance::denoise(&q, T, NoiseLevel::Given(0.6)).unwrap();
    assert_eq!(d.factors, 3);
    elements(
        &d.covariance,
        [6.436557790483774e-05, 2.3267973842040306e-05, -1.884306132971806e-05],
    );
    let d = covariance::denoise(&q, T, NoiseLevel::Kernel { bandwidth: 0.01 }).unwrap();
    assert!((d.noise - 0.6652703882304474).abs() < 1e-7, "{}", d.noise);
    let rest = covariance::detone(&q, 1).unwrap();
    elements(&rest, [6.436557790483774e-05, -2.3334323515512208e-05, -5.647947799273485e-05]);
}

#[test]
fn nearest_correlation_of_an_interior_point_method() {
    let rows =
        [[1.0, 0.9, 0.7, -0.5], [0.9, 1.0, 0.3, 0.6], [0.7, 0.3, 1.0, 0.1], [-0.5, 0.6, 0.1, 1.0]];
    let r = covariance::nearest_correlation(&Sym::from_rows(&rows).unwrap()).unwrap();
    // Its objective is flat at the minimum: the distance is known to more digits than the elements.
    let theirs = 0.506341473461767;
    assert!(r.distance < theirs && r.distance > theirs - 1e-8, "{}", r.distance);
    assert!((r.matrix[(0, 1)] - 0.672635220151704).abs() < 1e-5);
    assert!((r.matrix[(0, 3)] + 0.313960429451427).abs() < 1e-5);
    assert!((r.least_before + 0.4165570062805914).abs() < 1e-14);
}

#[test]
fn means_drawn_together() {
    let x = data();
    let s = covariance::sample(&x).unwrap();
    let (m, q) = (&s.mean, &s.covariance);
    for (target, first, last, intensity) in [
        (Target::GrandMean, 0.002105064288743759, 0.0027292527970165814, 0.7249160144815441),
        (Target::LeastVariance, 0.002084991869767664, 0.002710664054360162, 0.7242621485583071),
    ] {
        let j = means::james_stein(m, q, T, target).unwrap();
        near(j.mean[0], first);
        near(j.mean[5], last);
        near(j.intensity, intensity);
    }
    for (target, first, last, intensity) in [
        (Target::GrandMean, 0.0020605608472613396, 0.002786299109006929, 0.6801623694793266),
        (Target::LeastVariance, 0.0020424041867172053, 0.0027679479372444953, 0.6802480918539758),
    ] {
        let b = means::bayes_stein(m, q, T, target).unwrap();
        near(b.mean[0], first);
        near(b.mean[5], last);
        near(b.intensity, intensity);
    }
}

#[test]
fn views() {
    let q = covariance::sample(&data()).unwrap().covariance;
    let q = q.combine(252.0, &q, 0.0);
    let pi = [0.05, 0.06, 0.04, 0.07, 0.08, 0.03];
    let views = |c: [Certainty; 2]| {
        let (mut a, mut b) = (vec![0.0; 6], vec![0.0; 6]);
        a[1] = 1.0;
        (b[2], b[4]) = (1.0, -1.0);
        [
            View { picks: a, value: 0.09, certainty: c[0] },
            View { picks: b, value: -0.01, certainty: c[1] },
        ]
    };
    let post = means::black_litterman(&pi, &q, 0.05, &views([Certainty::Prior, Certainty::Prior]))
        .unwrap();
    near(post.mean[0], 0.05156559049661021);
    near(post.mean[4], 0.07447182289633783);
    near(q[(0, 1)] + post.mean_covariance[(0, 1)], 0.0026755680038018977);
    near(q[(0, 0)] + post.mean_covariance[(0, 0)], 0.017015904702041076);
    let confident = views([Certainty::Confidence(0.3), Certainty::Confidence(0.8)]);
    let post = means::black_litterman(&pi, &q, 0.05, &confident).unwrap();
    near(post.mean[0], 0.049787005555350275);
    near(post.mean[5], 0.018275174385044075);
    near(post.omega[0], 0.0016934389625183712);
    near(post.omega[1], 0.000350944167542392);
}

/// Idzorek 2005, tables 1 to 7; the figures are rounded, the tolerances stand with them.
#[test]
fn idzorek_s_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/truth/papers/fixtures.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/truth/papers/fixtures.json is absent");
        return;
    };
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let case = &all["bl_idzorek_2005"];
    let vector = |v: &serde_json::Value| -> Vec<f64> {
        v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
    };
    let rows: Vec<Vec<f64>> = case["cov"].as_array().unwrap().iter().map(vector).collect();
    let q = Sym::from_rows(&rows).unwrap();
    let market = vector(&case["w_mkt"]);
    let tau = case["tau"].as_f64().unwrap();
    // The paper prints 3.07: a risk premium of 3 % over the market's variance, rounded. Its tables
    // come from the unrounded number.
    let a = 0.03 / q.quadratic_form(&market);
    assert!((a - case["lambda_"].as_f64().unwrap()).abs() < 0.005);
    let tolerance = |key: &str| case["tol_pct"][key].as_f64().unwrap();
    let percent = |got: &[f64], key: &str, tolerance: f64| {
        for (g, e) in got.iter().zip(vector(&case[key])) {
            assert!((100.0 * g - e).abs() <= tolerance, "{key}: {g} instead of {e} %");
        }
    };
    let pi = means::equilibrium(&q, &market, a).unwrap();
    percent(&pi, "pi_pct", tolerance("pi"));
    let picks: Vec<Vec<f64>> = case["P"].as_array().unwrap().iter().map(vector).collect();
    let views = |certainty: Certainty| -> Vec<View> {
        let one = |(p, v): (&Vec<f64>, f64)| View { picks: p.clone(), value: v, certainty };
        picks.iter().zip(vector(&case["Q"])).map(one).collect()
    };
    let variances: Vec<f64> = picks.iter().map(|p| q.quadratic_form(p)).collect();
    percent(&variances, "view_portfolio_variance_pct", 0.001);
    let post = means::black_litterman(&pi, &q, tau, &views(Certainty::Prior)).unwrap();
    percent(&post.mean, "ER_pct", tolerance("ER"));
    let factor = Cholesky::new(&q).unwrap();
    let weights =
        |mean: &[f64]| -> Vec<f64> { factor.solve(mean).unwrap().iter().map(|w| w / a).collect() };
    let w = weights(&post.mean);
    percent(&w, "w_pct", tolerance("w"));
    let certain = means::black_litterman(&pi, &q, tau, &views(Certainty::Variance(0.0))).unwrap();
    let w_certain = weights(&certain.mean);
    percent(&w_certain, "w_100conf_pct", tolerance("w100"));
    let implied = means::implied_confidences(&market, &w, &w_certain).unwrap();
    assert_eq!(implied[7], None);
    let implied: Vec<f64> = implied.into_iter().flatten().collect();
    percent(&implied, "implied_confidence_pct", tolerance("conf"));
}
