//! The one table of routes: method, path, who may call, handler. The router is built from it and from nothing
//! else, so what stands here is what is served.
//!
//! A new role does not compile without a column; a new route or column fails `routes_tests.rs` until it says
//! what each kind of caller gets.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use core_sync::wire::members::Role;

use self::Method::{Get, Post};
use super::{
    aside, bearer, board, board_stream, commands, devices, drafts, enrol, enrolment_codes, health, items,
    limits, members, plans, rounds, shop_facts, suggestions, sync, tokens,
};
use crate::server::Server;

type Handler = MethodRouter<Arc<Server>>;

/// A method that some route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

/// A route of the API.
pub(super) struct Route {
    /// Its method.
    pub(super) method: Method,
    /// Its path; an id stands in braces.
    pub(super) path: &'static str,
    /// Who may call it.
    pub(super) who: Who,
    handler: fn(MethodFilter) -> Handler,
}

/// Who may call a route. The first two look at no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Who {
    /// Anybody, signed in or not.
    pub(super) nobody: bool,
    /// A device, by the signature in the request.
    pub(super) device_signature: bool,
    pub(super) courier: bool,
    pub(super) shop: bool,
    pub(super) coordinator: bool,
    pub(super) admin: bool,
}

impl Method {
    const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
        }
    }
}

impl Who {
    /// Whether a token of this role opens the route.
    pub(super) const fn lets_in(self, role: Role) -> bool {
        match role {
            Role::Courier => self.courier,
            Role::Shop => self.shop,
            Role::Coordinator => self.coordinator,
            Role::Admin => self.admin,
        }
    }

    const fn needs_token(self) -> bool {
        !self.nobody && !self.device_signature
    }
}

const NO_ONE: Who = Who {
    nobody: false,
    device_signature: false,
    courier: false,
    shop: false,
    coordinator: false,
    admin: false,
};
const NOBODY: Who = Who { nobody: true, ..NO_ONE };
const DEVICE: Who = Who { device_signature: true, ..NO_ONE };
const COORDINATOR: Who = Who { coordinator: true, admin: true, ..NO_ONE };
/// The app tells what each of them may do there.
const SIGNED_IN: Who = Who { courier: true, ..COORDINATOR };
const ADMIN: Who = Who { admin: true, ..NO_ONE };

/// The table.
#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route { method: Post, path: "/v1/enrol",           who: NOBODY,      handler: |method| on(method, enrol::enrol) },
    Route { method: Post, path: "/v1/sync",            who: DEVICE,      handler: |method| on(method, sync::sync).layer(limits::sync_bodies()) },
    Route { method: Post, path: "/v1/shop-facts",      who: DEVICE,      handler: |method| on(method, shop_facts::say) },
    Route { method: Post, path: "/v1/commands",        who: SIGNED_IN,   handler: |method| on(method, commands::command) },
    Route { method: Get,  path: "/v1/drafts",          who: SIGNED_IN,   handler: |method| on(method, drafts::list) },
    Route { method: Post, path: "/v1/plans",           who: COORDINATOR, handler: |method| on(method, plans::plan) },
    Route { method: Post, path: "/v1/suggestions",     who: COORDINATOR, handler: |method| on(method, suggestions::suggest) },
    Route { method: Get,  path: "/v1/suggestions",     who: COORDINATOR, handler: |method| on(method, suggestions::list) },
    Route { method: Get,  path: "/v1/members",         who: COORDINATOR, handler: |method| on(method, members::list) },
    Route { method: Post, path: "/v1/members",         who: ADMIN,       handler: |method| on(method, members::add) },
    Route { method: Post, path: "/v1/tokens",          who: ADMIN,       handler: |method| on(method, tokens::grant) },
    Route { method: Post, path: "/v1/enrolment-codes", who: ADMIN,       handler: |method| on(method, enrolment_codes::grant) },
    Route { method: Get,  path: "/v1/aside",           who: COORDINATOR, handler: |method| on(method, aside::list) },
    Route { method: Get,  path: "/v1/devices",         who: COORDINATOR, handler: |method| on(method, devices::list) },
    Route { method: Post, path: "/v1/devices/revoke",  who: ADMIN,       handler: |method| on(method, devices::revoke) },
    Route { method: Get,  path: "/v1/board",           who: COORDINATOR, handler: |method| on(method, board::board) },
    Route { method: Get,  path: "/v1/board/stream",    who: COORDINATOR, handler: |method| on(method, board_stream::stream) },
    Route { method: Get,  path: "/v1/items",           who: COORDINATOR, handler: |method| on(method, items::list) },
    Route { method: Get,  path: "/v1/rounds/{id}",     who: COORDINATOR, handler: |method| on(method, rounds::round) },
    Route { method: Get,  path: "/v1/health",          who: NOBODY,      handler: |method| on(method, health::health) },
];

/// The router of the table.
pub(super) fn router(server: &Arc<Server>) -> Router<Arc<Server>> {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let handler = (route.handler)(route.method.filter());
        let handler = if route.who.needs_token() {
            handler.route_layer(from_fn_with_state((Arc::clone(server), route.who), bearer::require))
        } else {
            handler
        };
        router.route(route.path, handler)
    })
}
