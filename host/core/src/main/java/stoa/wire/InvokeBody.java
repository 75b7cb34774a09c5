package stoa.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import stoa.call.Chain;
import stoa.call.Deadline;
import stoa.call.Invocation;
import stoa.call.Invocation.Lane;
import stoa.call.Invocation.Shape;
import stoa.call.Invocation.Terms;
import stoa.call.Payload;
import stoa.call.Target;
import stoa.value.Value;

/// The body of an Invoke, as it came, read field by field: building the generated message costs
/// more than all the rest of a small call. [InvokeHead] writes it.
final class InvokeBody {
  private static final long CENTURY_US = Duration.ofDays(36_500).toNanos() / 1000;
  private static final byte[] NOTHING = {};

  private String module = "";
  private Value.@Nullable Reference object;
  private long resultOf;
  private Target.@Nullable Channel channel;
  private String method = "";
  private long timeoutUs;
  private Lane lane = Lane.INTERACTIVE;
  private long parent;
  private boolean blocking;
  private boolean oneWay;
  private String caller = "";
  private Map<String, String> metadata = Map.of();
  private int credit;
  private boolean streams;
  private boolean more;
  private List<Value.Reference> references = List.of();
  private byte[] argument = NOTHING;

  private InvokeBody() {}

  static InvokeBody read(ByteBuffer body) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(body);
    InvokeBody invoke = new InvokeBody();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      invoke.field(tag, in);
    }
    return invoke;
  }

  private void field(int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> module = in.readStringRequireUtf8();
      case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED ->
          object(stoa.v1.Object.parseFrom(in.readByteArray()));
      case 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> method = in.readStringRequireUtf8();
      case 4 << 3 -> timeoutUs = in.readUInt64();
      case 5 << 3 ->
          lane = in.readEnum() == stoa.v1.Lane.LANE_BATCH_VALUE ? Lane.BATCH : Lane.INTERACTIVE;
      case 6 << 3 -> parent = in.readUInt64();
      case 7 << 3 -> blocking = in.readBool();
      case 8 << 3 -> oneWay = in.readBool();
      case 9 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> caller = in.readStringRequireUtf8();
      case 10 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> metadata(in);
      case 11 << 3 -> credit = in.readUInt32();
      case 12 << 3 -> streams = in.readBool();
      case 13 << 3 -> more = in.readBool();
      case 14 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> reference(in);
      case 15 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> argument = in.readByteArray();
      default -> in.skipField(tag);
    }
  }

  private void object(stoa.v1.Object read) {
    switch (read.getWhichCase()) {
      case REFERENCE -> object = PayloadBody.reference(read.getReference());
      case RESULT_OF -> resultOf = read.getResultOf();
      case CHANNEL -> channel = Channels.channel(read.getChannel());
      case WHICH_NOT_SET -> {}
    }
  }

  private void reference(CodedInputStream in) throws IOException {
    references = references.isEmpty() ? new ArrayList<>() : references;
    references.add(PayloadBody.reference(stoa.v1.Reference.parseFrom(in.readByteArray())));
  }

  private void metadata(CodedInputStream in) throws IOException {
    metadata = metadata.isEmpty() ? new LinkedHashMap<>() : metadata;
    String key = "";
    String value = "";
    int limit = in.pushLimit(in.readRawVarint32());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> key = in.readStringRequireUtf8();
        case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> value = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(limit);
    metadata.put(key, value);
  }

  String method() {
    return method;
  }

  long parent() {
    return parent;
  }

  boolean blocking() {
    return blocking;
  }

  /// What the other side claims: to be believed by those whose other side is their host.
  String caller() {
    return caller;
  }

  boolean streams() {
    return streams;
  }

  /// Whether it needs references: it is made on an object, or carries some.
  boolean refers() {
    return object != null || !references.isEmpty();
  }

  /// The call on whose result it is made; 0: none.
  long resultOf() {
    return resultOf;
  }

  Target.@Nullable Channel channel() {
    return channel;
  }

  PayloadBody argument() {
    return new PayloadBody(more, references, argument);
  }

  /// @param promises knows the results of calls
  /// @param latest when the call on whose behalf this one is made has to end
  Invocation invocation(Payload whole, Promises promises, Chain chain, Deadline latest) {
    Terms terms =
        new Terms(
            deadline().orEarlier(latest),
            lane,
            Math.max(0, credit),
            new Shape(streams, oneWay),
            metadata);
    return new Invocation(target(promises), method, whole, terms, chain);
  }

  private Target target(Promises promises) {
    if (resultOf != 0) {
      return new Target.Promised(promises.of(resultOf));
    }
    if (channel != null) {
      return channel;
    }
    return object == null ? new Target.Module(module) : new Target.Handed(object);
  }

  private Deadline deadline() {
    if (timeoutUs == 0) {
      return Deadline.NONE;
    }
    long bounded = timeoutUs < 0 ? CENTURY_US : Math.min(timeoutUs, CENTURY_US);
    return Deadline.in(Duration.ofNanos(bounded * 1000));
  }
}
