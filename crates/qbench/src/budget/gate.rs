//! Who may send now. One queue, first come first served, for the rate and for the concurrency.
//! The arithmetic of the rate is in [`super::pace`].

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::{
    Throttle,
    pace::{Pace, Rate},
};

/// Refusals within this time belong together.
const SAME_BURST: Duration = Duration::from_secs(1);

/// How long a narrowed concurrency stays before one place is given back.
const WIDEN_AFTER: Duration = Duration::from_secs(600);

pub(crate) struct Gate {
    state: Mutex<State>,
    /// Wakes the caller at the head of the queue when something may have changed.
    changed: Notify,
    /// The queue; its holder is the next to go.
    turn: tokio::sync::Mutex<()>,
    margin: Duration,
}

struct State {
    pace: Pace,
    in_flight: usize,
    width: usize,
    full_width: usize,
    narrowed_at: Option<Instant>,
    hold_until: Option<Instant>,
    server: Option<ServerWindow>,
}

/// The server's own count, which includes other clients of the tenant.
#[derive(Clone, Copy)]
struct ServerWindow {
    left: usize,
    resets_at: Instant,
}

/// Permission for one request; give it back by dropping it when the answer has been read.
pub(crate) struct Ticket {
    gate: Arc<Gate>,
    sent: bool,
}

/// Figures for display.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct GateUsage {
    pub(crate) in_flight: usize,
    pub(crate) width: usize,
    pub(crate) limit: Option<usize>,
    pub(crate) left: Option<usize>,
    pub(crate) resets_in: Option<Duration>,
    pub(crate) held_for: Option<Duration>,
}

impl Gate {
    /// `per_minute` 0 means no pace; `margin` is added to waits that the server names.
    pub(crate) fn new(per_minute: u32, width: usize, margin: Duration) -> Self {
        let limit = usize::try_from(per_minute).unwrap_or(usize::MAX);
        let rate = (limit > 0).then_some(Rate { limit, window: Duration::from_secs(60) });
        let state = State {
            pace: Pace::new(rate),
            in_flight: 0,
            width: width.max(1),
            full_width: width.max(1),
            narrowed_at: None,
            hold_until: None,
            server: None,
        };
        Self { state: Mutex::new(state), changed: Notify::new(), turn: tokio::sync::Mutex::new(()), margin }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for permission to send one request.
    pub(crate) async fn enter(self: &Arc<Self>) -> Ticket {
        let _turn = self.turn.lock().await;
        loop {
            let wait = match self.state().try_enter(Instant::now()) {
                Ok(()) => {
                    return Ticket { gate: Arc::clone(self), sent: true };
                }
                Err(wait) => wait,
            };
            match wait {
                Some(until) => {
                    let _ = tokio::time::timeout_at(until, self.changed.notified()).await;
                }
                None => self.changed.notified().await,
            }
        }
    }

    /// Nobody sends until the wait is over.
    pub(crate) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait + self.margin;
        let mut state = self.state();
        state.hold_until = Some(state.hold_until.map_or(until, |held| held.max(until)));
        state.server = None;
        drop(state);
        self.changed.notify_one();
    }

    /// The server named its limit in a refusal: kept from now on, beside our own.
    pub(crate) fn learn_rate(&self, limit: u32, window: Duration) {
        if let Ok(limit) = usize::try_from(limit) {
            self.state().pace.learn(Rate { limit, window });
        }
    }

    /// Too many at once: adopts the server's limit, or goes one below ours if that is what we use
    /// already, since the server may count an answered request a moment longer than we do. One
    /// burst of refusals narrows once.
    pub(crate) fn narrow(&self, limit: Option<usize>) {
        let now = Instant::now();
        let mut state = self.state();
        match limit.filter(|limit| *limit >= 1 && *limit < state.width) {
            Some(limit) => {
                state.width = limit;
                state.full_width = state.full_width.min(limit);
            }
            None if state.narrowed_at.is_some_and(|at| at + SAME_BURST > now) => return,
            None => state.width = state.width.saturating_sub(1).max(1),
        }
        state.narrowed_at = Some(now);
    }

    /// Takes note of the server's own count, where it sends one.
    pub(crate) fn observe(&self, throttle: &Throttle) {
        let (Some(count), Some(ttl)) = (throttle.count, throttle.ttl) else {
            return;
        };
        let mut state = self.state();
        let Some(limit) = state.pace.server_limit() else {
            return;
        };
        // Others in flight may not be in the count yet.
        let others = state.in_flight.saturating_sub(1);
        let used = usize::try_from(count).unwrap_or(usize::MAX).saturating_add(others);
        let seen = ServerWindow { left: limit.saturating_sub(used), resets_at: Instant::now() + ttl + self.margin };
        // Answers overtake each other: within a window the lower remainder is the newer one.
        let same_window = state.server.filter(|old| old.resets_at + Duration::from_secs(2) > seen.resets_at);
        state.server = Some(match same_window {
            Some(old) if old.left < seen.left => old,
            _ => seen,
        });
    }

    pub(crate) fn usage(&self) -> GateUsage {
        let now = Instant::now();
        let mut state = self.state();
        state.forget(now);
        let in_flight = state.in_flight;
        let standing = state.pace.standing(in_flight, now);
        let resets_at = state.server.map(|server| server.resets_at).or(standing.and_then(|s| s.frees_at));
        GateUsage {
            in_flight,
            width: state.width,
            limit: standing.map(|s| s.limit),
            left: standing.map(|s| state.server.map_or(s.left, |server| server.left.min(s.left))),
            resets_in: resets_at.map(|at| at.saturating_duration_since(now)),
            held_for: state.hold_until.map(|at| at.saturating_duration_since(now)),
        }
    }
}

impl State {
    /// Takes a place, or says until when to wait (nothing: until a request ends).
    fn try_enter(&mut self, now: Instant) -> Result<(), Option<Instant>> {
        self.forget(now);
        if let Some(until) = self.hold_until {
            return Err(Some(until));
        }
        if self.in_flight >= self.width {
            return Err(None);
        }
        self.pace.may_start(self.in_flight, now)?;
        if let Some(server) = &mut self.server {
            if server.left == 0 {
                return Err(Some(server.resets_at));
            }
            server.left -= 1;
        }
        self.in_flight += 1;
        Ok(())
    }

    /// Drops what time has settled.
    fn forget(&mut self, now: Instant) {
        if self.hold_until.is_some_and(|until| until <= now) {
            self.hold_until = None;
        }
        if self.server.is_some_and(|server| server.resets_at <= now) {
            self.server = None;
        }
        if self.narrowed_at.is_some_and(|at| at + WIDEN_AFTER <= now) {
            self.width = (self.width + 1).min(self.full_width);
            self.narrowed_at = (self.width < self.full_width).then_some(now);
        }
    }
}

impl Ticket {
    /// The request was never sent: its place is free again at once.
    pub(crate) fn give_back(mut self) {
        self.sent = false;
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        if self.sent {
            state.pace.ended(Instant::now());
        } else if let Some(server) = &mut state.server {
            server.left += 1;
        }
        drop(state);
        self.gate.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARGIN: Duration = Duration::ZERO;

    /// Whether the next ticket is to be had without waiting.
    async fn is_open(gate: &Arc<Gate>) -> bool {
        let entering = gate.enter();
        tokio::select! {
            biased;
            ticket = entering => { ticket.give_back(); true }
            () = std::future::ready(()) => false,
        }
    }

    #[tokio::test]
    async fn no_more_than_the_width_are_inside_at_once() {
        let gate = Arc::new(Gate::new(0, 2, MARGIN));
        let first = gate.enter().await;
        let _second = gate.enter().await;
        assert!(!is_open(&gate).await);
        drop(first);
        assert!(is_open(&gate).await);
    }

    #[tokio::test]
    async fn a_window_is_spent_at_once_and_then_closed() {
        let gate = Arc::new(Gate::new(3, 10, MARGIN));
        for _ in 0..3 {
            drop(gate.enter().await);
        }
        assert!(!is_open(&gate).await);
        let usage = gate.usage();
        assert_eq!((usage.left, usage.limit), (Some(0), Some(3)));
        assert!(usage.resets_in.expect("a window runs") > Duration::from_secs(59));
    }

    #[tokio::test]
    async fn a_ticket_given_back_costs_nothing() {
        let gate = Arc::new(Gate::new(1, 10, MARGIN));
        gate.enter().await.give_back();
        assert!(is_open(&gate).await);
    }

    #[tokio::test]
    async fn a_place_is_free_again_one_window_after_its_request_ended() {
        let gate = Arc::new(Gate::new(0, 10, MARGIN));
        gate.learn_rate(1, Duration::from_millis(40));
        let ticket = gate.enter().await;
        let ended = Instant::now();
        drop(ticket);
        drop(gate.enter().await);
        assert!(ended.elapsed() >= Duration::from_millis(40));
    }

    #[tokio::test]
    async fn a_hold_stops_everybody_until_it_is_over() {
        let gate = Arc::new(Gate::new(0, 10, MARGIN));
        gate.hold(Duration::from_millis(30));
        let began = Instant::now();
        assert!(!is_open(&gate).await);
        drop(gate.enter().await);
        assert!(began.elapsed() >= Duration::from_millis(29));
    }

    #[tokio::test]
    async fn limits_that_the_server_names_are_kept_beside_ours() {
        let gate = Arc::new(Gate::new(300, 10, MARGIN));
        gate.learn_rate(1000, Duration::from_secs(60));
        assert_eq!(gate.usage().limit, Some(300));
        gate.learn_rate(100, Duration::from_secs(60));
        assert_eq!(gate.usage().limit, Some(100));
        gate.narrow(Some(4));
        assert_eq!(gate.usage().width, 4);
    }

    #[tokio::test]
    async fn the_servers_count_closes_the_gate_before_ours_does() {
        let gate = Arc::new(Gate::new(300, 10, MARGIN));
        let ticket = gate.enter().await;
        gate.observe(&Throttle { count: Some(299), ttl: Some(Duration::from_secs(20)), ..Throttle::default() });
        drop(ticket);
        drop(gate.enter().await);
        assert!(!is_open(&gate).await);
        assert!(gate.usage().resets_in.expect("known") <= Duration::from_secs(20));
    }

    #[tokio::test]
    async fn a_pace_below_the_tenants_limit_does_not_starve_when_others_are_busy() {
        let gate = Arc::new(Gate::new(60, 10, MARGIN));
        let ticket = gate.enter().await;
        gate.observe(&Throttle { count: Some(200), ttl: Some(Duration::from_secs(20)), ..Throttle::default() });
        drop(ticket);
        assert!(is_open(&gate).await);
    }

    #[tokio::test]
    async fn callers_go_in_the_order_in_which_they_came() {
        let gate = Arc::new(Gate::new(0, 1, MARGIN));
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = gate.enter().await;
        let mut tasks = Vec::new();
        for i in 0..5 {
            let (gate, order) = (Arc::clone(&gate), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _ticket = gate.enter().await;
                order.lock().expect("lock").push(i);
            }));
            tokio::task::yield_now().await;
        }
        drop(first);
        for task in tasks {
            task.await.expect("task");
        }
        assert_eq!(*order.lock().expect("lock"), [0, 1, 2, 3, 4]);
    }
}
