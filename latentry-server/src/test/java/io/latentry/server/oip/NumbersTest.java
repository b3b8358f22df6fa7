package io.latentry.server.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.latentry.core.calibration.CalibrationConfig;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.Rows;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitOutcome;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import io.latentry.server.RunningService;
import io.latentry.server.oip.proto.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import io.latentry.server.oip.proto.InferParameter;
import io.latentry.server.oip.proto.InferTensorContents;
import io.latentry.server.oip.proto.ModelInferRequest;
import io.latentry.server.oip.proto.ModelInferRequest.InferInputTensor;
import io.latentry.server.oip.proto.ModelInferResponse;
import io.latentry.server.oip.rest.RestBodies;
import io.latentry.training.config.TrainingConfig;
import io.latentry.training.config.VaeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A number means the same through every door as in a file: in a column that float32 cannot tell
 * apart and that has an offset, beyond float32, and where it stands for a missing value.
 */
final class NumbersTest {
  private static final List<String> NAMES = List.of("a", "far", "gap", "flag", "kind");

  /** Cells of a, far and gap; {@code flag} and {@code kind} are usual. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of("0.25", "1000000000.5", "0.5"),
          List.of("0.25", "999999999.75", "0.5"),
          List.of("0.25", "1000000000", "-1.25"),
          List.of("0.25", "1000000050", "0.5"),
          List.of("0.25", "-5", "0.5"),
          List.of("0.25", "1000000000.5", "-999.9"),
          List.of("0.25", "1000000000.5", "-999.8"),
          List.of("-77", "1000000000.5", "0.5"),
          List.of("1e39", "1000000000.5", "0.5"),
          List.of("-1e300", "1000000000.5", "0.5"),
          List.of("0.25", "1e39", "0.5"),
          List.of("0.25", "-77", "0.5"));

  @TempDir static Path folder;
  private static Scorer scorer;
  private static RunningService service;
  private static List<Float> expected;

  @BeforeAll
  static void fitAndServe() throws Exception {
    Path train = Files.writeString(folder.resolve("train.csv"), training());
    Path model = folder.resolve("numbers.onnx");
    FitOutcome unused =
        new FitPipeline(Progress.QUIET)
            .fit(
                new FitRequest(
                    List.of(train.toString()),
                    StandardInput.streamed(InputStream.nullInputStream()),
                    new FitConfig(
                        DataConfig.builder()
                            .missingTokens(List.of("-77"))
                            .numbers(Map.of("gap", NumberForm.PLAIN.withMissing(List.of(-999.9))))
                            .build(),
                        VaeConfig.defaults().toBuilder()
                            .members(1)
                            .hidden(List.of(8))
                            .codes(64)
                            .build(),
                        TrainingConfig.defaults().toBuilder().steps(20).evaluateEvery(20).build(),
                        CalibrationConfig.DEFAULT,
                        1),
                    model,
                    Optional.empty(),
                    Optional.empty()));
    scorer = Scorer.open(model, ScorerOptions.threads(1));
    service = new RunningService();
    AggregatedHttpResponse added =
        post(
            "/v1/models/numbers/versions?promote=true",
            MediaType.OCTET_STREAM,
            Files.readAllBytes(model));
    assertThat(added.status().code()).as(added.contentUtf8()).isEqualTo(201);
    expected = scores(scorer.judge(read(Files.writeString(folder.resolve("new.csv"), csv(',')))));
  }

  @AfterAll
  static void stop() {
    service.close();
    scorer.close();
  }

  @Test
  void theModelHasSuchColumnsAndTheRowsDiffer() throws IOException {
    Schema schema = scorer.manifest().schema();
    assertThat(schema.columns().get(1).offset()).isNotNull();
    Judgements judged = scorer.judge(read(folder.resolve("new.csv")));
    assertThat(judged.verdict(0)).isEqualTo(Verdict.NORMAL);
    assertThat(judged.score(1)).isNotEqualTo(judged.score(0));
    for (int strange : new int[] {3, 4, 6, 8, 9, 10}) {
      assertThat(judged.verdict(strange)).as("row %d", strange).isEqualTo(Verdict.ANOMALY);
    }
    // Training had gaps there, and none in the others.
    assertThat(judged.verdict(5)).isEqualTo(Verdict.NORMAL);
    assertThat(judged.verdict(7)).isEqualTo(Verdict.UNSCORABLE);
    assertThat(judged.verdict(11)).isEqualTo(Verdict.UNSCORABLE);
  }

  @Test
  void aProgramThatGivesNumbersGetsTheSame() {
    RowsBuilder rows =
        new RowsBuilder(scorer.manifest().schema(), 1, scorer.manifest().reading().cells());
    for (List<String> cells : ROWS) {
      for (int j = 0; j < cells.size(); j++) {
        rows.set(j, Double.parseDouble(cells.get(j)));
      }
      rows.set(3, true);
      rows.set(4, "x");
      rows.endRow();
    }
    assertThat(scores(scorer.judge(rows.rows()))).isEqualTo(expected);
  }

  @Test
  void jsonAndTablesOfTheApiGiveTheSame() {
    for (boolean text : List.of(false, true)) {
      ObjectNode body = RestBodies.JSON.createObjectNode();
      ArrayNode rows = body.putArray("rows");
      ROWS.forEach(cells -> rows.add(object(cells, text)));
      JsonNode answer =
          read(post("/v1/models/numbers/score", MediaType.JSON, RestBodies.bytes(body)));
      List<Float> scores = new ArrayList<>();
      answer
          .path("judgements")
          .forEach(row -> scores.add((float) row.path("score").asDouble(Double.NaN)));
      assertThat(scores).as("JSON, as text: %s", text).isEqualTo(expected);
    }
    StringBuilder lines = new StringBuilder();
    ROWS.forEach(cells -> lines.append(object(cells, false)).append('\n'));
    for (String[] table :
        new String[][] {
          {"text/csv", csv(',')},
          {"text/tab-separated-values", csv('\t')},
          {"application/x-ndjson", lines.toString()}
        }) {
      assertThat(scoresOfTable(table[0], table[1])).as(table[0]).isEqualTo(expected);
    }
  }

  @Test
  void tensorsByColumnGiveTheSame() {
    assertThat(infer(columns("FP64", 1))).as("FP64").isEqualTo(expected);

    ModelInferRequest.Builder typed = ModelInferRequest.newBuilder().setModelName("numbers");
    ModelInferRequest.Builder raw = ModelInferRequest.newBuilder().setModelName("numbers");
    for (int j = 0; j < NAMES.size(); j++) {
      String datatype = j < 3 ? "FP64" : j == 3 ? "BOOL" : "BYTES";
      InferInputTensor.Builder tensor =
          InferInputTensor.newBuilder()
              .setName(NAMES.get(j))
              .setDatatype(datatype)
              .addShape(ROWS.size());
      InferTensorContents.Builder contents = InferTensorContents.newBuilder();
      ByteString.Output bytes = ByteString.newOutput();
      for (List<String> cells : ROWS) {
        if (j < 3) {
          double number = Double.parseDouble(cells.get(j));
          contents.addFp64Contents(number);
          bytes.write(littleEndian(Double.doubleToRawLongBits(number), Double.BYTES), 0, 8);
        } else if (j == 3) {
          contents.addBoolContents(true);
          bytes.write(1);
        } else {
          contents.addBytesContents(ByteString.copyFromUtf8("x"));
          bytes.write(new byte[] {1, 0, 0, 0, 'x'}, 0, 5);
        }
      }
      typed.addInputs(tensor.clone().setContents(contents));
      raw.addInputs(tensor).addRawInputContents(bytes.toByteString());
    }
    assertThat(call(typed)).as("gRPC, typed").isEqualTo(expected);
    assertThat(call(raw)).as("gRPC, raw").isEqualTo(expected);
  }

  @Test
  void tensorsOfWholeNumbersGiveTheSame() {
    ObjectNode body = columns("FP64", 1);
    ObjectNode far = (ObjectNode) body.path("inputs").get(1);
    far.put("datatype", "INT64");
    ArrayNode data = far.putArray("data");
    ROWS.forEach(cells -> data.add(new BigDecimal(cells.get(1)).signum() < 0 ? -5 : 1_000_000_050));
    List<Float> scores = infer(body);
    assertThat(scores.get(0)).isEqualTo(expected.get(3));
    assertThat(scores.get(4)).isEqualTo(expected.get(4));
  }

  @Test
  void tensorsOfTheGraphGiveTheSameLessTheOffset() {
    double offset = scorer.manifest().schema().columns().get(1).offset();
    for (String datatype : List.of("FP64", "FP32")) {
      ObjectNode body = RestBodies.JSON.createObjectNode();
      ArrayNode inputs = body.putArray("inputs");
      ArrayNode numbers = tensor(inputs, "numeric", datatype, 4);
      for (List<String> cells : ROWS) {
        for (int j = 0; j < 3; j++) {
          double number = Double.parseDouble(cells.get(j)) - (j == 1 ? offset : 0);
          // Whoever fills float32 holds to what it can.
          numbers.add(datatype.equals("FP64") ? number : RowsBuilder.toFloat(number));
        }
        numbers.add(1);
      }
      ArrayNode texts = tensor(inputs, "categorical", "BYTES", 1);
      ROWS.forEach(cells -> texts.add("x"));
      // Where float32 has cut it, -77 cannot be told from -64 any more, and neither is far's.
      int known = datatype.equals("FP64") ? ROWS.size() : ROWS.size() - 1;
      assertThat(infer(body).subList(0, known)).as(datatype).isEqualTo(expected.subList(0, known));
    }
  }

  @Test
  void aTensorThatCannotHoldTheNumbersOfItsColumnIsRefused() {
    assertRefused(
        columns("FP32", 1),
        "input 'far': FP32 (expected: FP64, INT64 or INT32, the number as it is: float32 cannot");
    ObjectNode truths = columns("FP64", 1);
    ObjectNode a = (ObjectNode) truths.path("inputs").get(0);
    a.put("datatype", "BOOL");
    ArrayNode data = a.putArray("data");
    ROWS.forEach(cells -> data.add(true));
    assertRefused(truths, "input 'a': BOOL, of a column of numbers (expected: FP32, FP64, ");
  }

  @Test
  void aNumberOfFloat32StandsForAMissingValueToo() {
    ObjectNode body = columns("FP64", 1);
    ObjectNode gap = (ObjectNode) body.path("inputs").get(2);
    gap.put("datatype", "FP32");
    assertThat(infer(body)).isEqualTo(expected);
  }

  private static void assertRefused(ObjectNode body, String message) {
    AggregatedHttpResponse answer =
        post("/v2/models/numbers/infer", MediaType.JSON, RestBodies.bytes(body));
    assertThat(answer.status().code()).isEqualTo(400);
    assertThat(answer.contentUtf8()).contains(message);
  }

  private static ObjectNode columns(String datatype, int flag) {
    ObjectNode body = RestBodies.JSON.createObjectNode();
    ArrayNode inputs = body.putArray("inputs");
    for (int j = 0; j < NAMES.size(); j++) {
      ArrayNode data =
          tensor(inputs, NAMES.get(j), j < 3 ? datatype : j == 3 ? "INT32" : "BYTES", 1);
      for (List<String> cells : ROWS) {
        if (j < 3) {
          data.add(Double.parseDouble(cells.get(j)));
        } else if (j == 3) {
          data.add(flag);
        } else {
          data.add("x");
        }
      }
    }
    return body;
  }

  private static ArrayNode tensor(ArrayNode inputs, String name, String datatype, int width) {
    ObjectNode tensor = inputs.addObject().put("name", name).put("datatype", datatype);
    tensor.putArray("shape").add(ROWS.size()).add(width);
    return tensor.putArray("data");
  }

  private static ObjectNode object(List<String> cells, boolean text) {
    ObjectNode row = RestBodies.JSON.createObjectNode();
    for (int j = 0; j < cells.size(); j++) {
      if (text) {
        row.put(NAMES.get(j), " " + cells.get(j) + "\u3000");
      } else {
        row.put(NAMES.get(j), new BigDecimal(cells.get(j)));
      }
    }
    return row.put("flag", true).put("kind", "x");
  }

  private static String csv(char delimiter) {
    StringBuilder table = new StringBuilder(String.join("" + delimiter, NAMES)).append('\n');
    for (List<String> cells : ROWS) {
      table
          .append(String.join("" + delimiter, cells))
          .append(delimiter)
          .append("true")
          .append(delimiter)
          .append("x\n");
    }
    return table.toString();
  }

  private static String training() {
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder table = new StringBuilder(String.join(",", NAMES)).append('\n');
    for (int i = 0; i < 1_100; i++) {
      double u = random.nextGaussian();
      String gap =
          random.nextInt(6) == 0
              ? "-999.9"
              : String.format(Locale.ROOT, "%.4f", random.nextGaussian());
      table.append(
          String.format(
              Locale.ROOT,
              "%.4f,%.4f,%s,%s,%s%n",
              u,
              1e9 + u + random.nextGaussian() / 4,
              gap,
              random.nextBoolean(),
              random.nextBoolean() ? "x" : "y"));
    }
    return table.toString();
  }

  private static Rows read(Path table) {
    try (DataSource source =
            DataSource.open(List.of(table.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), 1_000, ReadListener.NONE)) {
      return reader.next().rows();
    }
  }

  private static List<Float> scores(Judgements judged) {
    List<Float> scores = new ArrayList<>();
    for (int row = 0; row < judged.count(); row++) {
      scores.add(judged.score(row));
    }
    return scores;
  }

  private static List<Float> scoresOfTable(String type, String table) {
    AggregatedHttpResponse answer =
        post(
            "/v1/models/numbers/score",
            MediaType.parse(type),
            table.getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "text/csv");
    assertThat(answer.status().code()).as(answer.contentUtf8()).isEqualTo(200);
    return answer
        .contentUtf8()
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1)[1])
        .map(score -> score.isEmpty() ? Float.NaN : Float.parseFloat(score))
        .toList();
  }

  private static List<Float> infer(ObjectNode body) {
    JsonNode answer =
        read(post("/v2/models/numbers/infer", MediaType.JSON, RestBodies.bytes(body)));
    List<Float> scores = new ArrayList<>();
    answer
        .path("outputs")
        .get(0)
        .path("data")
        .forEach(score -> scores.add((float) score.asDouble(Double.NaN)));
    return scores;
  }

  private static List<Float> call(ModelInferRequest.Builder request) {
    ModelInferResponse answer =
        GrpcClients.newClient(
                "gproto+http://127.0.0.1:" + service.port() + "/",
                GRPCInferenceServiceBlockingStub.class)
            .modelInfer(
                request
                    .putParameters(
                        "binary_data_output",
                        InferParameter.newBuilder().setBoolParam(false).build())
                    .build());
    return answer.getOutputs(0).getContents().getFp32ContentsList();
  }

  private static byte[] littleEndian(long bits, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (bits >>> (8 * i));
    }
    return bytes;
  }

  private static JsonNode read(AggregatedHttpResponse answer) {
    assertThat(answer.status().code()).as(answer.contentUtf8()).isEqualTo(200);
    return RestBodies.read(answer.contentUtf8());
  }

  private static AggregatedHttpResponse post(
      String path, MediaType type, byte[] body, String... accept) {
    var headers = RequestHeaders.builder(HttpMethod.POST, path).contentType(type);
    for (String accepted : accept) {
      headers.add("accept", accepted);
    }
    return WebClient.of("http://127.0.0.1:" + service.port())
        .execute(headers.build(), body)
        .aggregate()
        .join();
  }
}
