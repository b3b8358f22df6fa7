package io.latentry.ingest.table;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.latentry.core.data.DataException;
import io.latentry.core.fault.FaultWords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every row of a table shows, beside a sample of its rows: written where the table is, read
 * where a model is fitted on the sample.
 *
 * @param formatVersion of the file
 * @param sampled rows of the sample
 * @param seed that they were drawn by
 * @param profile of the whole table
 */
public record SampledTable(int formatVersion, int sampled, long seed, TableProfile profile) {
  private static final int FORMAT_VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(Optional.class, new OptionalWriter())
                  .addDeserializer(Optional.class, new OptionalReader(null)))
          .build();

  public SampledTable(int sampled, long seed, TableProfile profile) {
    this(FORMAT_VERSION, sampled, seed, profile);
  }

  /** As one JSON document. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a profile: not writable as JSON", e);
    }
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws DataException if the file cannot be read, or is none
   */
  public static SampledTable read(Path file) {
    SampledTable read;
    try {
      read = JSON.readValue(Files.readString(file), SampledTable.class);
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be read: %s (expected: the table.json that the Spark job wrote beside its sample)"
              .formatted(
                  file,
                  e instanceof JsonProcessingException json
                      ? json.getOriginalMessage()
                      : FaultWords.of(e)),
          e);
    }
    if (read == null || read.formatVersion != FORMAT_VERSION || read.profile == null) {
      throw new DataException(
          "%s: format_version %s (expected: %d, as this Latentry reads it); take the sample anew"
              .formatted(file, read == null ? "none" : read.formatVersion, FORMAT_VERSION));
    }
    return read;
  }

  /** Null where there is nothing. */
  @SuppressWarnings("rawtypes") // As the registry of serializers has it.
  private static final class OptionalWriter extends JsonSerializer<Optional> {
    @Override
    public void serialize(Optional value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writePOJO(value.isPresent() ? value.get() : null);
    }
  }

  @SuppressWarnings("rawtypes") // As above.
  private static final class OptionalReader extends JsonDeserializer<Optional>
      implements ContextualDeserializer {
    private final @Nullable JavaType inner;

    OptionalReader(@Nullable JavaType inner) {
      this.inner = inner;
    }

    @Override
    public JsonDeserializer<?> createContextual(
        DeserializationContext context, @Nullable BeanProperty property) {
      return new OptionalReader(context.getContextualType().containedType(0));
    }

    @Override
    public Optional deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Optional.of(context.readValue(in, inner));
    }

    @Override
    public Optional getNullValue(DeserializationContext context) {
      return Optional.empty();
    }
  }
}
