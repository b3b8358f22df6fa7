package io.latentry.server.api.image;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.multipart.AggregatedBodyPart;
import com.linecorp.armeria.common.multipart.MimeParsingException;
import com.linecorp.armeria.common.multipart.Multipart;
import io.latentry.core.fault.FaultWords;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A file as it was sent: the whole of a body, or a part of a form.
 *
 * @param name as the form tells it; null if nothing does
 */
record SentImage(@Nullable String name, byte[] bytes) {
  private static final Set<String> FORMATS =
      Set.of("png", "jpeg", "jpg", "tiff", "webp", "bmp", "x-ms-bmp", "gif");

  private static final String FORM = "multipart/form-data";

  /** Whether a body of that type holds images, or what its sender takes for some. */
  static boolean isType(@Nullable MediaType type) {
    return type != null && (type.type().equals("image") || type.type().equals("multipart"));
  }

  /**
   * The images of a body.
   *
   * @param type for which {@link #isType} holds
   * @param most of them
   */
  static List<SentImage> of(MediaType type, byte[] body, int most) {
    if (type.type().equals("image")) {
      if (!FORMATS.contains(type.subtype())) {
        throw unsupported(type);
      }
      if (body.length == 0) {
        throw new RefusedException(Refusal.BAD_INPUT, "body: empty (expected: an image)");
      }
      return List.of(new SentImage(null, body));
    }
    if (!type.is(MediaType.MULTIPART_FORM_DATA)) {
      throw unsupported(type);
    }
    String boundary =
        type.parameters().getOrDefault("boundary", List.of()).stream().findFirst().orElse("");
    if (boundary.isEmpty()) {
      throw new RefusedException(
          Refusal.BAD_INPUT, "content-type: " + type + " (expected: with a boundary)");
    }
    // Before they become objects, each of which takes more than it has bytes.
    if (parts(body, "--" + boundary) > most + 1) {
      throw new RefusedException(
          Refusal.TOO_LARGE,
          "images: more than "
              + most
              + " (expected: at most that many of this model's size in one request)");
    }
    return ofForm(type, body);
  }

  private static List<SentImage> ofForm(MediaType type, byte[] body) {
    List<AggregatedBodyPart> parts;
    try {
      parts =
          Multipart.from(
                  HttpRequest.of(
                      RequestHeaders.builder(HttpMethod.POST, "/").contentType(type).build(),
                      HttpData.wrap(body)))
              .aggregate()
              .join()
              .bodyParts();
    } catch (CompletionException broken) {
      if (broken.getCause() instanceof MimeParsingException cause) {
        throw new RefusedException(
            Refusal.BAD_INPUT,
            "body: " + FaultWords.of(cause) + " (expected: a whole form, " + FORM + ")",
            broken);
      }
      throw broken;
    }
    List<SentImage> images = new ArrayList<>();
    for (AggregatedBodyPart part : parts) {
      if (part.filename() == null) {
        throw new RefusedException(
            Refusal.BAD_INPUT,
            "part '"
                + part.name()
                + "': no file (expected: files alone, as by curl -F file=@NAME)");
      }
      images.add(new SentImage(part.filename(), part.content().array()));
    }
    if (images.isEmpty()) {
      throw new RefusedException(Refusal.BAD_INPUT, "body: no file (expected: at least one)");
    }
    return images;
  }

  /** How often the boundary stands in a body; once more than there are parts. */
  private static int parts(byte[] body, String boundary) {
    byte[] mark = boundary.getBytes(StandardCharsets.UTF_8);
    int parts = 0;
    int at = 0;
    while (at + mark.length <= body.length) {
      int same = 0;
      while (same < mark.length && body[at + same] == mark[same]) {
        same++;
      }
      if (same == mark.length) {
        parts++;
        at += mark.length;
      } else {
        at++;
      }
    }
    return parts;
  }

  /** The types that {@link #of} takes. */
  static String types() {
    return "image/png, jpeg, tiff, webp, bmp or gif, or " + FORM + " with such files";
  }

  private static RefusedException unsupported(MediaType type) {
    return new RefusedException(
        Refusal.UNSUPPORTED_MEDIA, "content-type: " + type + " (expected: " + types() + ")");
  }
}
