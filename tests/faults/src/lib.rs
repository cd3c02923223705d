//! Deaths, power losses, failing disks and damaged files: what core keeps through them, in figures.
//! `npm run test:faults` runs the program; `npm test` runs short rounds of the same.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

pub mod backups;
pub mod chance;
pub mod check;
pub mod damage;
pub mod day;
pub mod disk;
pub mod event;
pub mod expect;
pub mod failing;
pub mod fixture;
pub mod house;
pub mod image;
pub mod intact;
pub mod kills;
pub mod life;
pub mod migrate;
pub mod places;
pub mod power;
pub mod refused;
pub mod report;
pub mod scenario;
pub mod vfs;
