package stoa.call;

/// Marks an [Invoker] or [Flow] that takes large payloads in parts, as they come: payloads that
/// [Payload#goesOn], [Signal.Part] and [Signal.Room]. Everything else gets whole payloads, put
/// together by [Joined].
public interface TakesParts {}
