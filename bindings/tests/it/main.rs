//! The object that the apps hold, against a real server over real HTTP.

mod border;
mod lifecycle;
mod listeners;
mod network;
mod parts;
mod relay;
mod scene;
mod stories;
mod together;
