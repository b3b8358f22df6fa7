package io.latentry.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import io.latentry.server.door.BodyLimits;
import io.latentry.server.door.PackedBody;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;

/** A body that is one JSON object: how it is unpacked, read, and known to be no more than that. */
final class JsonBody {
  private JsonBody() {}

  static JsonFactory format(BodyLimits limits) {
    return JsonFactory.builder()
        .streamReadConstraints(limits.ofJson())
        // Of two values for one name nobody can say which was meant.
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .build();
  }

  /**
   * The body of a request that takes JSON and no other form; JSON if nothing is said.
   *
   * @param mostBytes when it is unpacked
   */
  static byte[] of(AggregatedHttpRequest request, long mostBytes) {
    MediaType type = request.contentType();
    if (type != null && !type.is(MediaType.JSON.withoutParameters())) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA, "content-type: " + type + " (expected: application/json)");
    }
    String encoding = request.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    PackedBody.requireReadable(encoding);
    return PackedBody.unpacked(request.content().array(), encoding, mostBytes);
  }

  /** To be called when the object is read. */
  static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new RefusedException(
          Refusal.BAD_INPUT, where(parser) + "text after the object (expected: one object)");
    }
  }

  static String where(JsonParser parser) {
    return "line "
        + parser.currentTokenLocation().getLineNr()
        + ", column "
        + parser.currentTokenLocation().getColumnNr()
        + ": ";
  }
}
