package stoa.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.grant.Ledger;
import stoa.module.Grant;
import stoa.module.ModuleInfo;
import stoa.module.Placement;
import stoa.router.Router;
import stoa.value.Value;

/// The methods of the module `stoa` with which the user grants, takes back, and looks what became
/// of it. No module may call them.
final class GrantMethods {
  private final Router router;
  private final GrantDesk desk;
  private final Guarding guarding;

  GrantMethods(Router router, GrantDesk desk, Guarding guarding) {
    this.router = router;
    this.desk = desk;
    this.guarding = guarding;
  }

  Guarding guarding() {
    return guarding;
  }

  List<Administration.Entry> entries() {
    return List.of(
            Administration.entry(
                "grants",
                "What modules may do, and what they ask for; all of them or one.",
                "list",
                call -> desk.list(optional(call, 0, "name")),
                "name"),
            Administration.entry(
                "grant",
                "Lets a module do something: a list of texts like `net=example.org:443`; without them, all that it asks"
                    + " for.",
                "map",
                call -> desk.grant(text(call, "name"), texts(call.given(1, "grants"))),
                "name",
                "grants"),
            Administration.entry(
                "revoke",
                "Takes back what was granted: grants, or kinds of grants; without them everything.",
                "map",
                call -> desk.revoke(text(call, "name"), texts(call.given(1, "grants"))),
                "name",
                "grants"),
            Administration.entry(
                "wanted",
                "What was refused to modules since: `after` is `last` of an earlier answer.",
                "map",
                this::wanted,
                "after"),
            Administration.entry(
                "audit",
                "What a module offers, what it may do and what it did with that.",
                "map",
                call -> audit(text(call, "name")),
                "name"),
            Administration.entry(
                "pin",
                "From now on the module's files must be as they are now. Returns their digest.",
                "map",
                call -> desk.pin(text(call, "name")),
                "name"),
            Administration.entry(
                "unpin",
                "The module's files may change again. Returns the digest that they had to have.",
                "map",
                call -> desk.unpin(text(call, "name")),
                "name"))
        .stream()
        .map(Administration.Entry::forTheUser)
        .toList();
  }

  private static Optional<String> optional(JavaMethod.Call call, int position, String name) {
    return call.given(position, name) instanceof Value.Text(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private static String text(JavaMethod.Call call, String name) {
    return optional(call, 0, name)
        .orElseThrow(() ->
            new FailureException(
                Failure.of(
                    Code.BAD_ARGUMENT,
                    "`" + name + "` must be the name of a module.",
                    "`stoa ls` shows what there is.")));
  }

  /// A list of texts, or one text.
  private static List<String> texts(Value given) {
    return switch (given) {
      case Value.Null _ -> List.of();
      case Value.Text(String one) -> List.of(one);
      default -> given.asList().stream().map(Value::asText).toList();
    };
  }

  private Map<String, Object> wanted(JavaMethod.Call call) {
    long after = call.given(0, "after") instanceof Value.Int number ? number.asLong() : 0;
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("last", router.policy().lastRefusal());
    result.put("refused", router.policy().refusals(after).stream().map(GrantMethods::row).toList());
    return result;
  }

  private static Map<String, Object> row(Ledger.Refusal refusal) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("number", refusal.number());
    row.put("module", refusal.module());
    row.put("grant", refusal.grant().text());
    row.put("command", refusal.grant().commandFor(refusal.module()));
    row.put("at", refusal.at().toString());
    return row;
  }

  private Map<String, Object> audit(String module) throws InterruptedException {
    ModuleInfo info = loaded(module);
    Map<String, Object> audit = new LinkedHashMap<>();
    audit.put("module", module);
    audit.put("version", info.version());
    audit.put("placement", router.status(module).placement());
    audit.put(
        "methods",
        info.methods().stream()
            .map(method -> Map.of("signature", method.signature(), "doc", method.doc()))
            .toList());
    audit.put("may", may(module));
    audit.put("asks", desk.open(module).stream().map(Grant::text).toList());
    audit.put("uses", router.policy().uses(module).stream().map(GrantMethods::row).toList());
    Ledger.Rest rest = router.policy().otherUses(module);
    audit.put("other_uses", Map.of("allowed", rest.allowed(), "refused", rest.refused()));
    audit.put("unseen", unseen(module));
    audit.put(
        "references",
        router.references().list().stream()
            .filter(held -> held.reference().owner().startsWith(module + "#"))
            .map(Administration::row)
            .toList());
    audit.put("enforced", guarding.of(router.status(module)));
    audit.put("sha256", digest(module));
    audit.put("pinned", router.policy().digest(module).orElse(""));
    return audit;
  }

  /// What it may do without anybody seeing it, for people; empty: nothing.
  private String unseen(String module) {
    return router.status(module).placement().equals(Placement.NATIVE.id())
        ? "it is a process: files, network and variables that it was granted it uses by itself, and only what"
            + " the host does for it is seen"
        : "";
  }

  /// Empty if there is none.
  private String digest(String module) {
    try {
      return desk.digest(module);
    } catch (FailureException e) {
      return "";
    }
  }

  private ModuleInfo loaded(String module) throws InterruptedException {
    try {
      return router.load(module).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    }
  }

  private List<Map<String, Object>> may(String module) {
    List<Map<String, Object>> rows = new ArrayList<>();
    desk.own(module).forEach(grant -> rows.add(row(grant, "own")));
    GrantDesk.shown(router.policy().granted(module))
        .forEach(grant -> rows.add(row(grant, GrantDesk.State.of(grant).text())));
    desk.defaults(module).forEach(grant -> rows.add(row(grant, "default")));
    return rows;
  }

  private static Map<String, Object> row(Grant grant, String why) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("kind", grant.kind().word());
    row.put("value", grant.value());
    row.put("why", why);
    return row;
  }

  private static Map<String, Object> row(Ledger.Row used) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("use", used.use().text());
    row.put("allowed", used.allowed());
    row.put("refused", used.refused());
    row.put("last", used.last().toString());
    return row;
  }
}
