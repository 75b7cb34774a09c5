package stoa.conform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import stoa.value.Json;
import stoa.value.Value;

/// One case: steps that are made one after the other. spec/conformance/README.md explains the data.
///
/// @param subject the file that it stands in: a row of the matrix
/// @param needs features that a module may do without
public record Case(String subject, String name, List<String> needs, List<Value> steps) {
  /// The files, in the order in which they are run: what may cost an instance comes last.
  static final List<String> SUBJECTS =
      List.of(
          "values",
          "arguments",
          "errors",
          "streams-out",
          "streams-in",
          "payloads",
          "calls",
          "references",
          "doors",
          "pipelining",
          "ends");

  /// All cases: those in the files and one for each vector of `values.json`.
  public static List<Case> all() {
    List<Case> all = new ArrayList<>();
    for (Value vector : rows("vectors/values.json")) {
      if (!vector.asMap().containsKey("references")) {
        all.add(ofVector(vector));
      }
    }
    SUBJECTS.forEach(
        subject -> rows(subject + ".json").stream().map(row -> of(subject, row)).forEach(all::add));
    return all;
  }

  private static List<Value> rows(String file) {
    try (InputStream table = Case.class.getResourceAsStream(file)) {
      if (table == null) {
        throw new IllegalStateException("the cases `" + file + "` are not on the class path");
      }
      return Json.read(new String(table.readAllBytes(), StandardCharsets.UTF_8)).asList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Case ofVector(Value vector) {
    Value step = Value.of(java.util.Map.of("call", "echo", "vector", vector));
    return new Case("values", vector.at("name").asText(), List.of(), List.of(step));
  }

  private static Case of(String subject, Value row) {
    List<String> needs =
        row.at("needs").isNull()
            ? List.of()
            : row.at("needs").asList().stream().map(Value::asText).toList();
    List<Value> steps = row.at("steps").isNull() ? List.of(row) : row.at("steps").asList();
    return new Case(subject, row.at("name").asText(), needs, steps);
  }

  /// The methods of the module that must be there for this case to make sense.
  Stream<String> methods() {
    return steps.stream()
        .filter(step -> step.at("on").isNull() && step.at("absent").isNull())
        .flatMap(step -> Stream.of(step.at("call"), step.at("by")))
        .filter(call -> !call.isNull())
        .map(Value::asText);
  }

  @Override
  public String toString() {
    return subject + ": " + name;
  }
}
