package io.latentry.server.oip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.grpc.Status;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.RunningService;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceFutureStub;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.rest.RestBodies;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The whole service before the golden artifact, and the rows beside it, asked by any door. */
final class EveryDoor implements AutoCloseable {
  /** A protocol in which rows can be judged. */
  enum Protocol {
    API,
    OIP_HTTP,
    GRPC
  }

  /**
   * An answer to a request.
   *
   * @param status of HTTP or gRPC, as a word or number
   * @param again whether it says when to try again
   * @param scores of the rows; empty if they were refused
   */
  record Answer(String status, boolean again, List<Float> scores) {}

  /** The rows, as a table. */
  static final Path TABLE = RunningService.table();

  /** What the library says of the rows. */
  final List<Float> expected;

  private final RunningService service;
  private final Rows rows;
  private final byte[] apiBody;
  private final byte[] oipBody;

  /**
   * @param repeats how often the 45 rows are in one request
   * @param flags key, value, key, value, ...
   */
  EveryDoor(int repeats, String... flags) throws IOException {
    this(TABLE, repeats, flags);
  }

  /**
   * Before the rows of another table: by {@link Protocol#API} its cells as they stand there, by the
   * others too as far as these take text.
   */
  EveryDoor(Path table, int repeats, String... flags) throws IOException {
    List<String[]> lines =
        Halves.text(Files.readAllBytes(table)).lines().map(line -> line.split(",", -1)).toList();
    try (Scorer scorer = Scorer.open(RunningService.artifact(), ScorerOptions.threads(1));
        DataSource source =
            DataSource.open(List.of(table.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 1_000, ReadListener.NONE)) {
      Rows once = reader.next().rows();
      int kind = Arrays.asList(lines.get(0)).indexOf("kind");
      String[] asGiven = lines.stream().skip(1).map(cells -> cells[kind]).toArray(String[]::new);
      int[] repeated = new int[repeats * once.count()];
      for (int i = 0; i < repeated.length; i++) {
        repeated[i] = i % once.count();
      }
      Judgements judged = scorer.judge(once.select(repeated));
      rows =
          Rows.of(scorer.manifest().schema(), once.count(), once.numeric(), asGiven)
              .select(repeated);
      expected = new ArrayList<>();
      for (int row = 0; row < rows.count(); row++) {
        expected.add(judged.score(row));
      }
    }
    apiBody = RestBodies.bytes(apiBody(lines, repeats));
    oipBody = RestBodies.bytes(RestBodies.json(rows));
    service = new RunningService(flags);
  }

  private static JsonNode apiBody(List<String[]> lines, int repeats) {
    String[] names = lines.get(0);
    ObjectNode body = RestBodies.JSON.createObjectNode();
    ArrayNode list = body.putArray("rows");
    for (int repeat = 0; repeat < repeats; repeat++) {
      for (String[] cells : lines.subList(1, lines.size())) {
        ObjectNode row = list.addObject();
        for (int j = 0; j < names.length; j++) {
          row.put(names[j], cells[j]);
        }
      }
    }
    return body;
  }

  /** What the library says of the rows of a file. */
  List<Float> scores(Path file) throws IOException {
    List<Float> scores = new ArrayList<>();
    try (Scorer scorer = Scorer.open(RunningService.artifact(), ScorerOptions.threads(1));
        DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 1_000, ReadListener.NONE)) {
      Judgements judged = scorer.judge(reader.next().rows());
      for (int row = 0; row < judged.count(); row++) {
        scores.add(judged.score(row));
      }
    }
    return scores;
  }

  /** What the library says of the first row with another kind each time, as programs give it. */
  List<Float> scoresOfBuilt(List<String> kinds) throws IOException {
    List<String[]> lines =
        Files.readAllLines(TABLE).stream().map(line -> line.split(",", -1)).toList();
    List<Float> scores = new ArrayList<>();
    try (Scorer scorer = Scorer.open(RunningService.artifact(), ScorerOptions.threads(1))) {
      RowsBuilder builder =
          new RowsBuilder(
              scorer.manifest().schema(), kinds.size(), scorer.manifest().reading().cells());
      for (String kind : kinds) {
        for (int j = 0; j < lines.get(0).length; j++) {
          int column = builder.column(lines.get(0)[j]);
          if (column >= 0) {
            builder.set(column, lines.get(0)[j].equals("kind") ? kind : lines.get(1)[j]);
          }
        }
        builder.endRow();
      }
      Judgements judged = scorer.judge(builder.rows());
      for (int row = 0; row < judged.count(); row++) {
        scores.add(judged.score(row));
      }
    }
    return scores;
  }

  WebClient http() {
    return WebClient.of("http://127.0.0.1:" + service.port());
  }

  <T> T grpc(Class<T> stub) {
    return grpc(stub, port());
  }

  /** Calls by another port, such as one that leads here. */
  <T> T grpc(Class<T> stub, int port) {
    return GrpcClients.newClient("gproto+http://127.0.0.1:" + port + "/", stub);
  }

  int port() {
    return service.port();
  }

  /** Asks for verdicts on the rows. */
  CompletableFuture<Answer> ask(Protocol protocol) {
    return switch (protocol) {
      case API -> post("/v1/models/golden/score", apiBody).thenApply(EveryDoor::ofApi);
      case OIP_HTTP -> post("/v2/models/golden/infer", oipBody).thenApply(EveryDoor::ofOip);
      case GRPC -> call();
    };
  }

  private CompletableFuture<AggregatedHttpResponse> post(String path, byte[] body) {
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, path).contentType(MediaType.JSON).build();
    return http().execute(headers, body).aggregate();
  }

  private static Answer ofApi(AggregatedHttpResponse response) {
    List<Float> scores = new ArrayList<>();
    RestBodies.read(response.contentUtf8())
        .path("judgements")
        .forEach(row -> scores.add((float) row.path("score").asDouble(Double.NaN)));
    return answer(response, scores);
  }

  private static Answer ofOip(AggregatedHttpResponse response) {
    List<Float> scores = new ArrayList<>();
    for (JsonNode output : RestBodies.read(response.contentUtf8()).path("outputs")) {
      if (output.path("name").asText().equals("score")) {
        output.path("data").forEach(score -> scores.add((float) score.asDouble(Double.NaN)));
      }
    }
    return answer(response, scores);
  }

  private static Answer answer(AggregatedHttpResponse response, List<Float> scores) {
    return new Answer(
        response.status().codeAsText(), response.headers().getInt("retry-after", 0) > 0, scores);
  }

  /** The rows as gRPC carries them. */
  ModelInferRequest grpcRequest() {
    return GrpcMessages.raw(rows).build();
  }

  /**
   * The sum of the figures of {@code /metrics} whose name and labels begin and end so; 0 as long as
   * there are none.
   */
  double sum(String begin, String end) {
    return http()
        .get("/metrics")
        .aggregate()
        .join()
        .contentUtf8()
        .lines()
        .map(line -> line.split(" ", 2))
        .filter(figure -> figure[0].startsWith(begin) && figure[0].endsWith(end))
        .mapToDouble(figure -> Double.parseDouble(figure[1]))
        .sum();
  }

  private CompletableFuture<Answer> call() {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Futures.addCallback(
        grpc(GRPCInferenceServiceFutureStub.class).modelInfer(grpcRequest()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ModelInferResponse response) {
            answer.complete(new Answer(Status.Code.OK.name(), false, scores(response)));
          }

          @Override
          public void onFailure(Throwable failure) {
            answer.complete(
                new Answer(Status.fromThrowable(failure).getCode().name(), false, List.of()));
          }
        },
        MoreExecutors.directExecutor());
    return answer;
  }

  private static List<Float> scores(ModelInferResponse response) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      if (response.getOutputs(i).getName().equals("score")) {
        FloatBuffer numbers =
            response
                .getRawOutputContents(i)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        List<Float> scores = new ArrayList<>();
        while (numbers.hasRemaining()) {
          scores.add(numbers.get());
        }
        return scores;
      }
    }
    throw new AssertionError("no output 'score'");
  }

  @Override
  public void close() {
    service.close();
  }
}
