package io.latentry.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Judgement;
import io.latentry.core.verdict.Verdict;
import io.latentry.core.verdict.VerdictFields;
import io.latentry.kafka.model.ModelName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as JSON: where the record is, the model, then the columns of {@link VerdictFields} by
 * their names and with their digits; a missing value is null. Thread-safe.
 */
public final class VerdictSerde implements Serde<StreamVerdict> {
  private static final String TOPIC = "topic";
  private static final String PARTITION = "partition";
  private static final String OFFSET = "offset";
  private static final String MODEL = "model";
  private static final String NAME = "model_name";
  private static final String VERSION = "model_version";
  private static final String DIGEST = "model_digest";
  private static final String THRESHOLD = "threshold";
  private static final String ABOUT = "about";

  /** Names that a verdict has beside those of {@link VerdictFields}. */
  static final List<String> OWN_NAMES =
      List.of(TOPIC, PARTITION, OFFSET, MODEL, NAME, VERSION, DIGEST, THRESHOLD, ABOUT);

  /** Of a text that is told: what comes in may be as long as a record, and is told often. */
  private static final int MOST_LETTERS = 4_000;

  /** What JSON can say without quotes; 007 and Infinity are not among it. */
  private static final Pattern LITERAL =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false");

  private static final Pattern OF_DIGEST = Pattern.compile("[0-9a-f]{64}");

  private static final Pattern OF_FEATURE =
      Pattern.compile("(feature|actual|expected|contribution)_([0-9]+)");

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public Serializer<StreamVerdict> serializer() {
    return (topic, verdict) -> verdict == null ? null : bytes(verdict);
  }

  @Override
  public Deserializer<StreamVerdict> deserializer() {
    return (topic, bytes) -> bytes == null ? null : of(bytes);
  }

  private static byte[] bytes(StreamVerdict verdict) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField(TOPIC, verdict.topic());
      json.writeNumberField(PARTITION, verdict.partition());
      json.writeNumberField(OFFSET, verdict.offset());
      ModelName model = verdict.model();
      json.writeStringField(MODEL, model.id());
      if (model.name().isPresent()) {
        json.writeStringField(NAME, model.name().get());
      }
      if (model.version().isPresent()) {
        json.writeNumberField(VERSION, model.version().getAsInt());
      }
      json.writeStringField(DIGEST, model.digest());
      json.writeNumberField(THRESHOLD, verdict.threshold());
      if (verdict.about().isPresent()) {
        json.writeStringField(ABOUT, verdict.about().get());
      }
      Writing writing = new Writing(json, names(verdict));
      List<StreamVerdict.Kept> kept = List.copyOf(verdict.kept().values());
      VerdictFields.write(
          writing,
          verdict.offset(),
          verdict.judgement(),
          verdict.unsmoothed().orElse(null),
          kept.stream().map(StreamVerdict.Kept::text).toList(),
          j -> kept.get(j).number(),
          verdict.features(),
          name -> false,
          verdict.features().size());
      json.writeEndObject();
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  /** Of the fields behind our own, in their order. */
  private static List<String> names(StreamVerdict verdict) {
    List<VerdictFields.Field> figures =
        verdict.unsmoothed().isPresent()
            ? VerdictFields.ofSeries(List.of(), 0)
            : VerdictFields.of(List.of(), 0);
    int explained = verdict.features().size();
    List<String> names = new ArrayList<>();
    figures.forEach(field -> names.add(field.name()));
    names.addAll(verdict.kept().keySet());
    VerdictFields.of(List.of(), explained).stream()
        .skip(VerdictFields.of(List.of(), 0).size())
        .forEach(field -> names.add(field.name()));
    return names;
  }

  /** Writes fields one after the other; the number of the row is the offset, which is told. */
  private static final class Writing implements VerdictFields.Cells {
    private final JsonGenerator json;
    private final List<String> names;
    private int next;

    Writing(JsonGenerator json, List<String> names) {
      this.json = json;
      this.names = names;
    }

    private interface Step {
      void write() throws IOException;
    }

    private VerdictFields.Cells field(Step step) {
      try {
        json.writeFieldName(names.get(next++));
        step.write();
      } catch (IOException never) {
        throw new UncheckedIOException(never);
      }
      return this;
    }

    @Override
    public VerdictFields.Cells integer(long row) {
      next++;
      return this;
    }

    @Override
    public VerdictFields.Cells number(float value) {
      return field(
          () -> {
            if (Float.isNaN(value)) {
              json.writeNull();
            } else {
              json.writeNumber(value);
            }
          });
    }

    @Override
    public VerdictFields.Cells number(double value) {
      return field(
          () -> {
            if (Double.isNaN(value)) {
              json.writeNull();
            } else {
              json.writeNumber(value);
            }
          });
    }

    @Override
    public VerdictFields.Cells text(String value) {
      return field(
          () -> {
            if (value.isEmpty()) {
              json.writeNull();
            } else {
              json.writeString(
                  value.length() <= MOST_LETTERS
                      ? value
                      : value.substring(0, MOST_LETTERS) + "...");
            }
          });
    }

    @Override
    public VerdictFields.Cells literal(String value) {
      return LITERAL.matcher(value).matches()
          ? field(() -> json.writeRawValue(value))
          : text(value);
    }
  }

  /** What a field of a verdict has in it. */
  private record Value(String text, boolean number) {
    static final Value NONE = new Value("", false);

    float asFloat() {
      return text.isEmpty() ? Float.NaN : Float.parseFloat(text);
    }

    double asDouble() {
      return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }
  }

  private static StreamVerdict of(byte[] bytes) {
    try {
      Map<String, Value> fields = fields(bytes);
      String topic = take(fields, TOPIC).text();
      int partition = Integer.parseInt(take(fields, PARTITION).text());
      long offset = Long.parseLong(take(fields, OFFSET).text());
      // Earlier versions told the id alone, and let fields of records have these names.
      @Nullable Value digest = fields.get(DIGEST);
      boolean told = digest != null && OF_DIGEST.matcher(digest.text()).matches();
      ModelName model =
          told
              ? model(fields)
              : new ModelName(
                  take(fields, MODEL).text(), "", Optional.empty(), OptionalInt.empty());
      double threshold = told ? take(fields, THRESHOLD).asDouble() : Double.NaN;
      Optional<String> about = optional(fields, ABOUT).map(Value::text);
      float score = take(fields, "score").asFloat();
      double pValue = take(fields, "p_value").asDouble();
      Verdict verdict = Verdict.valueOf(take(fields, "verdict").text().toUpperCase(Locale.ROOT));
      String reason = take(fields, "reason").text();
      float reconstruction = take(fields, "reconstruction_term").asFloat();
      float latent = take(fields, "latent_term").asFloat();
      Optional<Float> unsmoothed = optional(fields, VerdictFields.UNSMOOTHED).map(Value::asFloat);
      List<Feature> features = features(fields);
      Map<String, StreamVerdict.Kept> kept = new LinkedHashMap<>();
      fields.forEach(
          (name, value) -> kept.put(name, new StreamVerdict.Kept(value.text(), value.number())));
      return new StreamVerdict(
          topic,
          partition,
          offset,
          model,
          threshold,
          verdict == Verdict.UNSCORABLE
              ? Judgement.unscorable(reason)
              : new Judgement(score, pValue, verdict, reason, reconstruction, latent),
          unsmoothed,
          about,
          kept,
          features,
          Optional.empty());
    } catch (IOException | IllegalArgumentException e) {
      throw new SerializationException("no verdict of Latentry: " + e.getMessage(), e);
    }
  }

  private static Map<String, Value> fields(byte[] bytes) throws IOException {
    Map<String, Value> fields = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token.isStructStart()) {
          throw new IllegalArgumentException("'" + name + "': no single value");
        }
        boolean none = token == JsonToken.VALUE_NULL;
        fields.put(
            name,
            none
                ? Value.NONE
                : new Value(parser.getText(), token.isNumeric() || token.isBoolean()));
      }
    }
    return fields;
  }

  private static ModelName model(Map<String, Value> fields) {
    return new ModelName(
        take(fields, MODEL).text(),
        take(fields, DIGEST).text(),
        optional(fields, NAME).map(Value::text),
        optional(fields, VERSION)
            .map(version -> OptionalInt.of(Integer.parseInt(version.text())))
            .orElse(OptionalInt.empty()));
  }

  private static Optional<Value> optional(Map<String, Value> fields, String name) {
    return Optional.ofNullable(fields.remove(name));
  }

  private static Value take(Map<String, Value> fields, String name) {
    @Nullable Value value = fields.remove(name);
    if (value == null) {
      throw new IllegalArgumentException("'" + name + "': lacking");
    }
    return value;
  }

  /** Ranges and shares are not told by a verdict. */
  private static List<Feature> features(Map<String, Value> fields) {
    List<Feature> features = new ArrayList<>();
    for (int i = 1; fields.containsKey("feature_" + i); i++) {
      features.add(
          new Feature(
              take(fields, "feature_" + i).text(),
              take(fields, "actual_" + i).text(),
              take(fields, "expected_" + i).text(),
              "",
              take(fields, "contribution_" + i).asFloat(),
              Double.NaN));
    }
    fields.keySet().removeIf(name -> OF_FEATURE.matcher(name).matches());
    return features;
  }
}
