package stoa.router;

import stoa.call.Budget;

/// Where a call comes from, and what its host keeps.
///
/// @param budget for what comes in parts and must be put together, on behalf of the caller
record Origin(
    Identity identity,
    References references,
    Waits waits,
    Meetings meetings,
    Timer timer,
    Budget budget) {}
