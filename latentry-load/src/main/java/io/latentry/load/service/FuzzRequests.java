package io.latentry.load.service;

import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Valid requests of every route that takes a body, and changed ones made of them. What changes
 * models goes to {@link #SPARE}, so that {@link #STEADY} must answer to the end.
 */
final class FuzzRequests {
  static final String STEADY = "steady";
  static final String SPARE = "spare";

  private static final String JSON = "application/json";
  private static final String CALL = "/inference.GRPCInferenceService/";

  /** One in so many requests changes models, which writes to the registry; one adds a model. */
  private static final int RARE = 100;

  private static final int RAREST = 1_000;

  private final long seed;
  private final List<FuzzRequest> common = new ArrayList<>();
  private final List<FuzzRequest> rare = new ArrayList<>();
  private final FuzzRequest artifact;

  /**
   * @param rows that {@link #STEADY} takes
   * @param artifact bytes of a model file
   */
  FuzzRequests(Rows rows, byte[] artifact, long seed) {
    this.seed = seed;
    byte[] api = Bodies.api(rows);
    byte[] csv = table(rows, ",");
    String score = "/v1/models/" + STEADY + "/score";
    common.add(http("POST", score, JSON, api));
    common.add(http("POST", score, JSON, options(api)));
    common.add(http("POST", "/v1/models/" + STEADY + "/versions/1/score", JSON, api));
    common.add(
        new FuzzRequest(
            FuzzRequest.Kind.HTTP,
            "POST",
            score + "?explain=2&reconstruct=true&terms=true",
            Map.of("content-type", "text/csv", "accept", JSON),
            csv));
    common.add(http("POST", score, "text/tab-separated-values", table(rows, "\t")));
    common.add(http("POST", score, "application/x-ndjson", lines(rows)));
    common.add(zipped(http("POST", score, "text/csv", csv)));
    common.add(zipped(http("POST", score, JSON, api)));
    byte[] oip = Bodies.oip(rows);
    String infer = "/v2/models/" + STEADY;
    common.add(http("POST", infer + "/infer", JSON, oip));
    common.add(http("POST", infer + "/versions/1/infer", JSON, oip));
    common.add(zipped(http("POST", infer + "/infer", JSON, oip)));
    common.add(binary(infer + "/infer", rows));
    common.add(http("POST", "/v2/repository/index", JSON, utf8("{\"ready\": true}")));
    for (int i = 0; i < 3; i++) {
      common.add(call("ModelInfer", Bodies.grpc(STEADY, rows).toByteArray()));
    }
    common.add(call("ModelStreamInfer", Bodies.grpc(STEADY, rows).toByteArray()));
    common.add(call("RepositoryIndex", new byte[] {16, 1}));
    String spare = "/v1/models/" + SPARE;
    for (String change :
        List.of(
            "{\"false_alarm_rate\": 0.05, \"what_if\": true}",
            "{\"score\": 12.5}",
            "{\"undo\": true}")) {
      rare.add(http("PATCH", spare + "/threshold", JSON, utf8(change)));
    }
    for (String action : List.of("/versions/1/promote", "/rollback", "/unload", "/load")) {
      rare.add(http("POST", spare + action, JSON, utf8("{}")));
    }
    for (String action : List.of("/unload", "/load")) {
      rare.add(http("POST", "/v2/repository/models/" + SPARE + action, JSON, utf8("{}")));
    }
    rare.add(call("RepositoryModelUnload", utf8("\n\0\u0012\5spare")));
    rare.add(call("RepositoryModelLoad", utf8("\n\0\u0012\5spare")));
    this.artifact = http("POST", spare + "/versions", "application/octet-stream", artifact);
  }

  /** The valid requests that changed ones are made of, in an order in which each can be done. */
  List<FuzzRequest> valid() {
    List<FuzzRequest> all = new ArrayList<>(common);
    all.addAll(rare);
    all.add(artifact);
    return all;
  }

  /** The request of a number; the same number and seed give the same request. */
  FuzzRequest changed(long number) {
    SplittableRandom random = new SplittableRandom(seed + number);
    FuzzRequest base =
        random.nextInt(RAREST) == 0
            ? artifact
            : random.nextInt(RARE) == 0
                ? rare.get(random.nextInt(rare.size()))
                : common.get(random.nextInt(common.size()));
    FuzzRequest changed = base.withBody(Mutation.of(base.body(), random));
    if (base.kind() == FuzzRequest.Kind.GRPC) {
      // Mostly with a length that fits, so that the message itself is looked at.
      return random.nextInt(10) == 0 || changed.body().length < 5 ? changed : framed(changed);
    }
    return switch (random.nextInt(20)) {
      case 0 -> otherHeaders(changed, random);
      case 1 -> otherTarget(changed, random);
      case 2 -> socket(base, changed, random);
      default -> changed;
    };
  }

  private static FuzzRequest framed(FuzzRequest call) {
    byte[] frame = call.body().clone();
    ByteBuffer.wrap(frame).put((byte) 0).putInt(frame.length - 5);
    return call.withBody(frame);
  }

  private static FuzzRequest otherHeaders(FuzzRequest request, SplittableRandom random) {
    Map<String, String> headers = new HashMap<>(request.headers());
    String name =
        List.of("content-type", "content-encoding", "accept", "inference-header-content-length")
            .get(random.nextInt(4));
    String value =
        List.of(
                "",
                "*/*",
                "text/csv; charset=utf-16",
                "text/csv; charset=none",
                "gzip",
                "deflate",
                "br",
                "-1",
                "99999999999",
                "0",
                "application/json; charset=latin1",
                "text/html;q=x")
            .get(random.nextInt(12));
    headers.put(name, value);
    return new FuzzRequest(
        request.kind(), request.method(), request.target(), headers, request.body());
  }

  private static FuzzRequest otherTarget(FuzzRequest request, SplittableRandom random) {
    String end =
        List.of(
                "/",
                "x",
                "?explain=-1",
                "?explain=99999999999",
                "?explain=x&explain=1",
                "%00",
                "%",
                "?terms",
                "?reconstruct=maybe",
                "/../score",
                "//",
                "?%ff=%ff",
                ";a=b",
                "%2e%2e%2f")
            .get(random.nextInt(14));
    return new FuzzRequest(
        request.kind(),
        request.method(),
        request.target() + end,
        request.headers(),
        request.body());
  }

  /** On a connection of its own, where even the request line and the headers may be damaged. */
  private static FuzzRequest socket(
      FuzzRequest base, FuzzRequest changed, SplittableRandom random) {
    boolean damagedHead = random.nextBoolean();
    byte[] body = damagedHead ? base.body() : changed.body();
    Map<String, String> headers = new TreeMap<>(base.headers());
    headers.put("host", "127.0.0.1");
    headers.put("connection", "close");
    headers.put("content-length", Integer.toString(body.length));
    byte[] head =
        utf8(
            base.method()
                + " "
                + base.target()
                + " HTTP/1.1\r\n"
                + headers.entrySet().stream()
                    .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                    .collect(Collectors.joining())
                + "\r\n");
    if (damagedHead) {
      head = Mutation.of(head, random);
    }
    return new FuzzRequest(
        FuzzRequest.Kind.SOCKET,
        base.method(),
        "",
        Map.of(),
        Mutation.joined(head, head.length, body, head.length));
  }

  private static FuzzRequest http(String method, String target, String type, byte[] body) {
    return new FuzzRequest(
        FuzzRequest.Kind.HTTP, method, target, Map.of("content-type", type), body);
  }

  private static FuzzRequest call(String name, byte[] message) {
    byte[] frame = new byte[5 + message.length];
    System.arraycopy(message, 0, frame, 5, message.length);
    return framed(
        new FuzzRequest(
            FuzzRequest.Kind.GRPC,
            "POST",
            CALL + name,
            Map.of("content-type", "application/grpc", "te", "trailers"),
            frame));
  }

  private static FuzzRequest zipped(FuzzRequest request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(request.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.put("content-encoding", "gzip");
    return new FuzzRequest(
        request.kind(), request.method(), request.target(), headers, bytes.toByteArray());
  }

  /** Numbers and texts as bytes after the JSON. */
  private static FuzzRequest binary(String target, Rows rows) {
    var message = Bodies.grpc(STEADY, rows);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    List<Map<String, Object>> inputs = new ArrayList<>();
    for (int i = 0; i < message.getInputsCount(); i++) {
      inputs.add(
          Map.of(
              "name", message.getInputs(i).getName(),
              "datatype", message.getInputs(i).getDatatype(),
              "shape", message.getInputs(i).getShapeList(),
              "parameters", Map.of("binary_data_size", message.getRawInputContents(i).size())));
    }
    byte[] json =
        Bodies.bytes(Map.of("inputs", inputs, "parameters", Map.of("binary_data_output", true)));
    bytes.writeBytes(json);
    message.getRawInputContentsList().forEach(raw -> bytes.writeBytes(raw.toByteArray()));
    return new FuzzRequest(
        FuzzRequest.Kind.HTTP,
        "POST",
        target,
        Map.of(
            "content-type",
            "application/octet-stream",
            "inference-header-content-length",
            Integer.toString(json.length)),
        bytes.toByteArray());
  }

  /** The same rows with all options beside them. */
  private static byte[] options(byte[] api) {
    return Mutation.joined(api, 1, utf8("\"explain\":2,\"reconstruct\":true,\"terms\":true,"), 1);
  }

  private static byte[] lines(Rows rows) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int row = 0; row < rows.count(); row++) {
      byte[] one = Bodies.api(rows.select(new int[] {row}));
      int from = "{\"rows\":[".length();
      lines.write(one, from, one.length - from - "]}".length());
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private static byte[] table(Rows rows, String separator) {
    List<Column> columns = rows.schema().columns();
    int numbers = rows.schema().numericCount();
    StringBuilder text =
        new StringBuilder(
            columns.stream().map(Column::name).collect(Collectors.joining(separator)));
    for (int row = 0; row < rows.count(); row++) {
      List<String> cells = new ArrayList<>();
      for (int j = 0; j < columns.size(); j++) {
        cells.add(
            j >= numbers
                ? rows.categorical(row, j - numbers)
                : cell(columns.get(j).type(), rows.numeric(row, j)));
      }
      text.append('\n').append(String.join(separator, cells));
    }
    return utf8(text.append('\n').toString());
  }

  private static String cell(ColumnType type, float value) {
    if (Float.isNaN(value)) {
      return "";
    }
    return type == ColumnType.BOOLEAN ? Boolean.toString(value != 0) : Float.toString(value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
