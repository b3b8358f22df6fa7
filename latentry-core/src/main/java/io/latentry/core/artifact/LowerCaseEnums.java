package io.latentry.core.artifact;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import java.io.IOException;
import java.util.Locale;

/** Writes enum constants in lower case, as the other words of the JSON are. */
final class LowerCaseEnums {
  private LowerCaseEnums() {}

  static SimpleModule module() {
    return new SimpleModule()
        .setSerializerModifier(
            new BeanSerializerModifier() {
              private static final long serialVersionUID = 1L;

              @Override
              public JsonSerializer<?> modifyEnumSerializer(
                  SerializationConfig config,
                  JavaType type,
                  BeanDescription description,
                  JsonSerializer<?> serializer) {
                return new JsonSerializer<Enum<?>>() {
                  @Override
                  public void serialize(
                      Enum<?> value, JsonGenerator generator, SerializerProvider provider)
                      throws IOException {
                    generator.writeString(value.name().toLowerCase(Locale.ROOT));
                  }
                };
              }
            });
  }
}
