package io.latentry.server.api.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.latentry.core.monitoring.Profile;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.score.ScorePipeline;
import io.latentry.pipeline.score.ScoreRequest;
import io.latentry.scoring.Scorer;
import io.latentry.server.api.Service;
import io.latentry.server.registry.Recorded;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in, verdicts out, by HTTP. */
final class ImageServiceTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCORE = "/v1/models/parts/score";
  private static final String BOUNDARY = "a-boundary";
  private static final String FORM = "multipart/form-data; boundary=" + BOUNDARY;

  @TempDir static Path folder;
  private static Path model;
  private static Service service;

  @BeforeAll
  static void open() throws IOException {
    model = FittedImages.fit(folder);
    service =
        new Service(
            "limits.image_pixels", "100000",
            "limits.request_bytes", "1000000",
            "recording.flush_millis", "100");
    Object unused = service.host().add("parts", Files.copy(model, sent()), true, "ada");
  }

  /** The service takes the file that it is given. */
  private static Path sent() {
    return folder.resolve("sent.onnx");
  }

  @AfterAll
  static void close() {
    service.close();
  }

  private record Reply(int status, java.net.http.HttpHeaders headers, byte[] body) {
    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    String message() throws IOException {
      return json().at("/error/message").asText();
    }

    String header(String name) {
      return headers.firstValue(name).orElse("");
    }
  }

  private static Reply post(String path, String type, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.uri(path))
            .header("content-type", type)
            .POST(BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Reply(response.statusCode(), response.headers(), response.body());
  }

  private static byte[] form(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      body.write(
          ("--"
                  + BOUNDARY
                  + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                  + file.getKey()
                  + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      body.write(file.getValue());
      body.write("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    body.write(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  private static Map<String, byte[]> mixed() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("a.png", FittedImages.png(100, 1, false));
    files.put("b.png", FittedImages.png(101, 2, true));
    files.put("broken.png", "no image at all".getBytes(StandardCharsets.UTF_8));
    files.put("c.jpg", FittedImages.written(FittedImages.image(102, 1, false), "jpg"));
    files.put("d.bmp", FittedImages.written(FittedImages.image(103, 1, true), "bmp"));
    files.put("e.tif", FittedImages.written(FittedImages.image(104, 1, false), "tiff"));
    return files;
  }

  @Test
  void verdictsOnImagesAreCountedAndLookedAt() throws Exception {
    Recorded recorded = service.registry().recorded();
    long before = rows(recorded);
    assertThat(post(SCORE, FORM, form(mixed())).status()).isEqualTo(200);
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (rows(recorded) - before < 6 && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(rows(recorded) - before).isEqualTo(6);
    HttpResponse<String> look =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(service.uri("/v1/models/parts/drift")).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(look.statusCode()).as(look.body()).isEqualTo(200);
    Profile counted =
        recorded.hours("parts", 1, 0).stream()
            .map(hour -> Profile.unpacked(hour.profile()))
            .reduce(Profile::plus)
            .orElseThrow();
    // Both terms and the score: an image has no columns.
    assertThat(counted.quantities()).hasSize(3);
    assertThat(counted.quantities().get(2).present()).isEqualTo(counted.judged());
  }

  private static long rows(Recorded recorded) {
    return recorded.counts("parts", 1, 0).stream()
        .mapToLong(h -> h.judged() + h.unscorable())
        .sum();
  }

  @Test
  void theTableIsThatOfTheCommandLineToTheLastDigit() throws Exception {
    Path images = Files.createDirectories(folder.resolve("mixed"));
    for (Map.Entry<String, byte[]> file : mixed().entrySet()) {
      Files.write(images.resolve(file.getKey()), file.getValue());
    }
    Path scored = folder.resolve("mixed.csv");
    try (Scorer scorer = Scorer.open(model)) {
      Object unused =
          new ScorePipeline(Progress.QUIET)
              .score(
                  scorer,
                  new ScoreRequest(
                      List.of(images.toString()),
                      StandardInput.streamed(InputStream.nullInputStream()),
                      ReadOptions.DEFAULTS,
                      2,
                      List.of(),
                      1),
                  columns -> TableSink.open(scored, columns));
    }
    Map<String, byte[]> sorted = new LinkedHashMap<>();
    mixed().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));

    Reply table = post(SCORE + "?explain=2", FORM, form(sorted), "accept", "text/csv");

    assertThat(table.status()).as(table.text()).isEqualTo(200);
    assertThat(table.text().lines()).containsExactlyElementsOf(Files.readAllLines(scored));
    assertThat(table.text()).contains("1,b.png,").contains("broken.png,,,unscorable,");
  }

  @Test
  void aBodyIsOneImageWithItsRegionsAndItsPicture() throws Exception {
    byte[] stained = FittedImages.png(101, 2, true);

    JsonNode answer =
        post(SCORE + "?explain=3&terms=true&heat_map=true", "image/png", stained).json();

    JsonNode one = answer.at("/judgements/0");
    assertThat(one.get("path").isNull()).isTrue();
    assertThat(one.get("verdict").asText()).isEqualTo("anomaly");
    assertThat(one.get("width").asInt()).isEqualTo(2 * FittedImages.SIDE);
    JsonNode region = one.at("/regions/0");
    // In pixels of the file, where the stain is from (16, 80) to (40, 104).
    assertThat(28).isBetween(region.get("x").asInt(), right(region));
    assertThat(92).isBetween(region.get("y").asInt(), bottom(region));
    assertThat(one.get("reconstruction_term").isNumber()).isTrue();
    BufferedImage drawn = read(one.get("heat_map").binaryValue());
    assertThat(drawn.getWidth()).isEqualTo(2 * FittedImages.SIDE);

    Reply picture = post(SCORE, "image/png", stained, "accept", "image/png");
    assertThat(picture.header("content-type")).isEqualTo("image/png");
    assertThat(picture.header("latentry-verdict")).isEqualTo("anomaly");
    assertThat(Float.parseFloat(picture.header("latentry-score")))
        .isEqualTo((float) one.get("score").asDouble());
    assertThat(picture.body()).isEqualTo(one.get("heat_map").binaryValue());
    int hot = read(picture.body()).getRGB(28, 92);
    assertThat(hot >> 16 & 0xff).isNotEqualTo(hot & 0xff);
  }

  private static int right(JsonNode region) {
    return region.get("x").asInt() + region.get("width").asInt();
  }

  private static int bottom(JsonNode region) {
    return region.get("y").asInt() + region.get("height").asInt();
  }

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  @Test
  void aPackedBodyIsUnpacked() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(FittedImages.png(7, 1, false));
    }
    Reply reply = post(SCORE, "image/png", packed.toByteArray(), "content-encoding", "gzip");
    assertThat(reply.json().at("/judgements/0/score").isNumber()).isTrue();
  }

  @Test
  void whatIsNoImageIsUnscorableWithItsReason() throws Exception {
    byte[] whole = FittedImages.png(7, 1, false);
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);

    JsonNode broken = post(SCORE + "?heat_map=true", "image/png", cut).json();
    assertThat(broken.at("/judgements/0/verdict").asText()).isEqualTo("unscorable");
    assertThat(broken.at("/judgements/0/reason").asText()).startsWith("truncated: ");
    assertThat(broken.at("/judgements/0/heat_map").isNull()).isTrue();

    Reply picture = post(SCORE, "image/png", cut, "accept", "image/png");
    assertThat(picture.status()).isEqualTo(400);
    assertThat(picture.message()).startsWith("image: unscorable: truncated: ");
  }

  @Test
  void whatIsOfAnotherKindIsRefusedWithWhatToDo() throws Exception {
    byte[] image = FittedImages.png(7, 1, false);
    refused(415, "content-type: image/svg+xml (expected: image/png, jpeg", "image/svg+xml", image);
    refused(
        415, "multipart/mixed", "multipart/mixed; boundary=" + BOUNDARY, form(Map.of("a", image)));
    refused(
        415,
        "application/json (expected: image/png, jpeg, tiff, webp, bmp or gif, or"
            + " multipart/form-data with such files, since model 'parts' judges images)",
        "application/json",
        "{\"rows\":[{\"a\":1}]}".getBytes(StandardCharsets.UTF_8));
    refused(
        415,
        "since model 'parts' judges images",
        "text/csv",
        "a\n1\n".getBytes(StandardCharsets.UTF_8));
    refused(400, "body: empty", "image/png", new byte[0]);
    refused(400, "with a boundary", "multipart/form-data", form(Map.of("a", image)));
    refused(
        400, "body: no file", FORM, ("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    refused(
        400,
        "part 'a': no file",
        FORM,
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--"
                + BOUNDARY
                + "--\r\n")
            .getBytes(StandardCharsets.UTF_8));
    byte[] form = form(Map.of("a.png", image));
    refused(400, "expected: a whole form", FORM, Arrays.copyOf(form, form.length - 40));

    Reply rows = post("/v1/models/pump/score", "image/png", image);
    assertThat(rows.status()).isEqualTo(415);
    assertThat(rows.message()).contains("since model 'pump' judges rows");
    assertThat(post(SCORE + "?reconstruct=true", "image/png", image).message())
        .startsWith("reconstruct: of an image");
    assertThat(post(SCORE, "image/png", image, "accept", "video/mp4").status()).isEqualTo(406);
    assertThat(
            post("/v1/models/pump/score?heat_map=true", "application/json", new byte[0]).message())
        .startsWith("heat_map: of rows");
    assertThat(post(SCORE, FORM, form(mixed()), "accept", "image/png").message())
        .isEqualTo("accept: image/png of 6 images (expected: of one)");
  }

  private static void refused(int status, String message, String type, byte[] body)
      throws Exception {
    Reply reply = post(SCORE, type, body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(status);
    assertThat(reply.message()).contains(message);
  }

  @Test
  void whatWouldFillTheMemoryIsRefusedBeforeItIsDecoded() throws Exception {
    refused(
        413,
        "image: 400 x 300 pixels (expected: at most 100000, limits.image_pixels of the service)",
        "image/png",
        FittedImages.written(new BufferedImage(400, 300, BufferedImage.TYPE_BYTE_GRAY), "png"));
    // What would take 90 MB, of a file of 55 bytes: nothing of it is ever allocated.
    refused(413, "image: 30000 x 3000 pixels", "image/png", headOfPng(30_000, 3_000));
    JsonNode beyond = post(SCORE, "image/png", headOfPng(40_000, 40_000)).json();
    assertThat(beyond.at("/judgements/0/reason").asText()).contains("at most 100 megapixels");
    refused(413, "at most 1000000 bytes", "image/png", new byte[1_000_001]);
    Map<String, byte[]> many = new LinkedHashMap<>();
    for (int i = 0; i < 17; i++) {
      many.put(i + ".png", FittedImages.png(i, 1, false));
    }
    assertThat(post(SCORE + "?heat_map=true", FORM, form(many)).message())
        .isEqualTo("heat_map: of 17 images (expected: of at most 16 in one request)");
    try (Service small = new Service("limits.rows_per_batch", "5")) {
      Object unused =
          small.host().add("parts", Files.copy(model, folder.resolve("2.onnx")), true, "ada");
      HttpResponse<String> few =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(small.uri(SCORE))
                      .header("content-type", FORM)
                      .POST(BodyPublishers.ofByteArray(form(many)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(few.statusCode()).isEqualTo(413);
      assertThat(few.body()).contains("images: more than 5");
    }
  }

  /** A PNG that ends after the first bytes of its first row. */
  private static byte[] headOfPng(int width, int height) {
    ByteBuffer file = ByteBuffer.allocate(8 + 25 + 22);
    file.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    chunk(
        file,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {8, 0, 0, 0, 0})
            .array());
    chunk(file, "IDAT", new byte[10]);
    return file.array();
  }

  private static void chunk(ByteBuffer file, String name, byte[] content) {
    byte[] named =
        ByteBuffer.allocate(4 + content.length)
            .put(name.getBytes(StandardCharsets.US_ASCII))
            .put(content)
            .array();
    CRC32 crc = new CRC32();
    crc.update(named);
    file.putInt(content.length).put(named).putInt((int) crc.getValue());
  }

  @Test
  void theServiceSaysWhatItTakesAndCountsWhatItJudged() throws Exception {
    JsonNode schema = service.get("/v1/models/parts").json().get("schema");
    assertThat(schema.at("/image/width").asInt()).isEqualTo(FittedImages.SIDE);
    assertThat(schema.get("columns")).isEmpty();
    long before = unscorable();
    assertThat(post(SCORE, FORM, form(mixed())).json().get("judgements")).hasSize(6);
    assertThat(unscorable()).isEqualTo(before + 1);
    assertThat(service.get("/v1/anomalies").text()).contains("\"model\":\"parts\"");
    assertThat(service.get("/v1/models/parts/drift").status()).isEqualTo(200);
  }

  private static long unscorable() throws Exception {
    String metrics = service.get("/metrics").text();
    return metrics
        .lines()
        .filter(line -> line.startsWith("latentry_rows_total") && line.contains("\"parts\""))
        .filter(line -> line.contains("unscorable"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
