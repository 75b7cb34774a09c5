package stoa.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stoa.call.Failure;
import stoa.call.Failure.Code;
import stoa.call.FailureException;
import stoa.client.Items;
import stoa.client.ModuleClient;
import stoa.host.Host;
import stoa.value.Arguments;
import stoa.value.Json;
import stoa.value.Value;

/// A row of cases.json: a call (`call`, `args`, `named`) and what must come of it, which is one of
///
/// - `gives`: this result;
/// - `streams`: these items, all of them or, with `take`, the first ones;
/// - `last`: of the `take` first items this is the last;
/// - `fails`: a failure of this code; for THREW with the `type` and perhaps the `message` of the
///   error.
record Case(String module, String method, Value row) {
  static List<Case> all() throws IOException {
    try (InputStream table = Case.class.getResourceAsStream("cases.json")) {
      String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      return Json.read(text).asList().stream().map(Case::of).toList();
    }
  }

  private static Case of(Value row) {
    String[] names = row.at("call").asText().split("\\.", 2);
    return new Case(names[0], names[1], row);
  }

  void check(Host host) {
    ModuleClient client = host.module(module);
    if (has("gives")) {
      assertThat(client.call(method, arguments())).isEqualTo(row.at("gives"));
    } else if (has("streams")) {
      assertThat(taken(client)).isEqualTo(row.at("streams").asList());
    } else if (has("last")) {
      assertThat(taken(client).getLast()).isEqualTo(row.at("last"));
    } else {
      FailureException thrown = catchThrowableOfType(FailureException.class, () -> taken(client));
      assertThat(thrown).as("a failure").isNotNull();
      checkFailure(thrown.failure());
    }
  }

  private void checkFailure(Failure failure) {
    assertThat(failure.code()).as(failure.message()).isEqualTo(Code.valueOf(text("fails")));
    if (failure instanceof Failure.ByGuest guest) {
      assertThat(guest.thrown().type()).isEqualTo(text("type"));
      assertThat(guest.thrown().module()).isEqualTo(module);
      if (has("message")) {
        assertThat(guest.thrown().message()).isEqualTo(text("message"));
      }
    }
  }

  private List<Value> taken(ModuleClient client) {
    List<Value> taken = new ArrayList<>();
    try (Items items = client.items(method, arguments())) {
      long most = has("take") ? row.at("take").asLong() : Long.MAX_VALUE;
      while (taken.size() < most && items.hasNext()) {
        taken.add(items.next());
      }
    }
    return taken;
  }

  private Arguments arguments() {
    return new Arguments(
        has("args") ? row.at("args").asList() : List.of(),
        has("named") ? row.at("named").asMap() : Map.of());
  }

  private boolean has(String key) {
    return row.asMap().containsKey(key);
  }

  private String text(String key) {
    return row.at(key).asText();
  }

  @Override
  public String toString() {
    String given = has("args") ? Json.write(row.at("args")) : "";
    return module + "." + method + given + (has("named") ? Json.write(row.at("named")) : "");
  }
}
