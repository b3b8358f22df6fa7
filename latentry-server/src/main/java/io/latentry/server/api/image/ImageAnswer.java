package io.latentry.server.api.image;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.graph.Output;
import io.latentry.core.verdict.Region;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.image.HeatOverlay;
import io.latentry.ingest.image.HeatOverlay.HeatMap;
import io.latentry.ingest.image.ImageDecoder.Decoded;
import io.latentry.ingest.read.TextFormat;
import io.latentry.ingest.write.ScoreColumns;
import io.latentry.ingest.write.TableSink;
import io.latentry.scoring.Judgements;
import io.latentry.server.api.answer.AnswerForm;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.serving.ModelLease;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts on images as JSON, as a table, or, of one image, as the picture of what is strange in
 * it.
 *
 * @param form empty for the picture
 */
record ImageAnswer(
    Optional<AnswerForm> form, ModelLease lease, ImageSettings settings, ScoreOptions options) {
  private static final JsonFactory JSON = new JsonFactory();

  /** In the form that the caller likes best of those that we have; JSON if nothing is said. */
  static ImageAnswer of(
      RequestHeaders headers, ModelLease lease, ImageSettings settings, ScoreOptions options) {
    if (options.reconstruct()) {
      throw new RefusedException(
          Refusal.BAD_INPUT,
          "reconstruct: of an image (expected: of rows; heat_map draws what is strange)");
    }
    return new ImageAnswer(form(headers), lease, settings, options);
  }

  private static Optional<AnswerForm> form(RequestHeaders headers) {
    List<MediaType> accepted = headers.accept();
    for (MediaType range : accepted) {
      if (range.is(MediaType.PNG) || (range.type().equals("image") && range.hasWildcard())) {
        return Optional.empty();
      }
      Optional<AnswerForm> form =
          AnswerForm.accepted(
              RequestHeaders.builder(headers.method(), headers.path())
                  .set(HttpHeaderNames.ACCEPT, range.toString())
                  .build(),
              AnswerForm.JSON);
      if (form.isPresent()) {
        return form;
      }
    }
    if (accepted.isEmpty()) {
      return Optional.of(AnswerForm.JSON);
    }
    throw new RefusedException(
        Refusal.NOT_ACCEPTABLE,
        "accept: "
            + headers.get(HttpHeaderNames.ACCEPT)
            + " (expected: one of "
            + AnswerForm.names()
            + ", image/png)");
  }

  /** Whether heat is drawn. */
  boolean draws() {
    return form.isEmpty() || options.heatMap();
  }

  /**
   * Refuses what the form has no place for.
   *
   * @param most pictures of one document
   */
  void requireRoomFor(int images, int most) {
    if (form.isEmpty() && images != 1) {
      throw refused("accept: image/png of %d images (expected: of one)".formatted(images));
    }
    if (form.isPresent() && form.get() != AnswerForm.JSON && options.heatMap()) {
      throw refused("heat_map: in a table (expected: with accept: application/json or image/png)");
    }
    if (options.heatMap() && images > most) {
      throw refused(
          "heat_map: of %d images (expected: of at most %d in one request)"
              .formatted(images, most));
    }
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.BAD_INPUT, message);
  }

  /** The whole answer. */
  HttpResponse response(List<SentImage> images, List<Decoded> decoded, Judgements judged) {
    try {
      if (form.isEmpty()) {
        return picture(images.get(0), decoded.get(0), judged);
      }
      byte[] body =
          form.get().table().isPresent()
              ? table(form.get().table().get(), images, decoded, judged)
              : document(images, decoded, judged);
      return HttpResponse.of(HttpStatus.OK, form.get().type(), body);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
  }

  /** The verdict goes beside the picture. */
  private HttpResponse picture(SentImage image, Decoded decoded, Judgements judged) {
    if (judged.verdict(0) == Verdict.UNSCORABLE) {
      throw refused("image: unscorable: " + judged.reason(0));
    }
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.PNG)
            .set("latentry-verdict", judged.verdict(0).word())
            .set("latentry-score", Float.toString(judged.score(0)))
            .set("latentry-p-value", Double.toString(judged.pValue(0)))
            .build(),
        HttpData.wrap(png(image, decoded, judged, 0)));
  }

  private byte[] png(SentImage image, Decoded decoded, Judgements judged, int i) {
    return HeatOverlay.of(lease.manifest(), judged.threshold())
        .png(image.bytes(), decoded, heat(judged, i));
  }

  private HeatMap heat(Judgements judged, int i) {
    return HeatMap.of(judged.scores().values(Output.HEAT_MAP), i, settings);
  }

  private List<Region> regions(Decoded decoded, Judgements judged, int i) {
    return options.explain() > 0 && judged.verdict(i) != Verdict.UNSCORABLE
        ? heat(judged, i).regions(judged.threshold().score(), decoded)
        : List.of();
  }

  /** The table that the command {@code score} writes. */
  private byte[] table(
      TextFormat format, List<SentImage> images, List<Decoded> decoded, Judgements judged) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TableSink sink =
        TableSink.open(bytes, "answer", format, ScoreColumns.ofImages(options.explain()))) {
      for (int i = 0; i < judged.count(); i++) {
        @Nullable String name = images.get(i).name();
        ScoreColumns.writeOfImage(
            sink,
            i,
            name == null ? "" : name,
            judged.get(i),
            regions(decoded.get(i), judged, i),
            options.explain());
      }
      sink.commit();
    }
    return bytes.toByteArray();
  }

  private byte[] document(List<SentImage> images, List<Decoded> decoded, Judgements judged)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("model", lease.version().name());
      json.writeNumberField("version", lease.version().version());
      json.writeArrayFieldStart("judgements");
      for (int i = 0; i < judged.count(); i++) {
        write(json, images.get(i), decoded.get(i), judged, i);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("notices");
      json.writeEndArray();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private void write(JsonGenerator json, SentImage image, Decoded decoded, Judgements judged, int i)
      throws IOException {
    boolean scorable = judged.verdict(i) != Verdict.UNSCORABLE;
    json.writeStartObject();
    json.writeNumberField("row", i);
    json.writeStringField("path", image.name());
    json.writeFieldName("score");
    number(json, judged.score(i));
    json.writeFieldName("p_value");
    if (Double.isFinite(judged.pValue(i))) {
      json.writeNumber(judged.pValue(i));
    } else {
      json.writeNull();
    }
    json.writeStringField("verdict", judged.verdict(i).word());
    json.writeStringField("reason", judged.reason(i).isEmpty() ? null : judged.reason(i));
    if (options.terms()) {
      json.writeFieldName("reconstruction_term");
      number(json, judged.scores().values(Output.RECONSTRUCTION_TERM)[i]);
      json.writeFieldName("latent_term");
      number(json, judged.scores().values(Output.LATENT_TERM)[i]);
    }
    if (options.explain() > 0) {
      json.writeNumberField("width", decoded.originalWidth());
      json.writeNumberField("height", decoded.originalHeight());
      json.writeArrayFieldStart("regions");
      for (Region region : regions(decoded, judged, i).stream().limit(options.explain()).toList()) {
        write(json, region);
      }
      json.writeEndArray();
    }
    if (options.heatMap()) {
      if (scorable) {
        json.writeBinaryField("heat_map", png(image, decoded, judged, i));
      } else {
        json.writeNullField("heat_map");
      }
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Region region) throws IOException {
    json.writeStartObject();
    json.writeNumberField("x", region.x());
    json.writeNumberField("y", region.y());
    json.writeNumberField("width", region.width());
    json.writeNumberField("height", region.height());
    json.writeNumberField("area", region.area());
    json.writeNumberField("peak", (float) region.peak());
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, float value) throws IOException {
    if (Float.isFinite(value)) {
      json.writeNumber(value);
    } else {
      json.writeNull();
    }
  }
}
