package stoa.host;

import java.util.Map;
import stoa.call.Failure;
import stoa.call.FailureException;
import stoa.grant.Policy;
import stoa.module.Access;
import stoa.module.Grant;

/// Takes what the process of a module says about grants that it used by itself, or wanted. It says
/// so about itself alone: who it is, its connection tells.
record Noting(Policy policy, String module) {
  static final String METHOD = "noted";

  /// The module `stoa`, as far as this goes.
  JavaModule asModule() {
    return new JavaModule(Administration.NAME, Map.of(METHOD, this::note));
  }

  private Object note(JavaMethod.Call call) {
    try {
      Grant grant = Grant.of(call.given(0, "grant").asText());
      policy.noted(module, new Access.Use(grant, call.given(1, "allowed").asBoolean()));
      return "";
    } catch (IllegalArgumentException e) {
      throw new FailureException(
          Failure.of(Failure.Code.BAD_ARGUMENT, e.getMessage() + ".", ""), e);
    }
  }
}
