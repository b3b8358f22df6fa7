package io.latentry.server.oip.rest;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.common.util.CompositeException;
import io.latentry.server.door.BrokenOff;
import io.latentry.server.registry.RegistryException;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import io.latentry.server.serving.StoreFault;
import io.netty.handler.codec.DecoderException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How failures are told over HTTP: {@code {"error": "..."}}. */
final class RestErrors {
  private static final Logger LOG = LoggerFactory.getLogger(RestErrors.class);

  /** When a caller who was turned away for now may ask again. */
  private static final int RETRY_AFTER_SECONDS = 1;

  private RestErrors() {}

  static HttpResponse response(Throwable failure) {
    if (failure instanceof CompositeException several) {
      // What a decoder says of damaged bytes, once for each time that it was asked.
      return response(several.getExceptions().get(0));
    }
    if (failure instanceof RefusedException refused) {
      return response(refused.refusal(), String.valueOf(refused.getMessage()));
    }
    if (failure instanceof RegistryException store) {
      return response(StoreFault.refusal(store, LOG));
    }
    if (failure instanceof ContentTooLargeException tooLarge) {
      return response(
          Refusal.TOO_LARGE,
          "body: too large (expected: at most "
              + tooLarge.maxContentLength()
              + " bytes); send fewer rows at a time");
    }
    if (failure instanceof DecoderException damaged) {
      return response(
          Refusal.BAD_INPUT,
          "body: " + damaged.getMessage() + " (expected: as Content-Encoding says)");
    }
    if (BrokenOff.is(failure) || failure instanceof TimeoutException) {
      // Nobody is there to be told, or the server tells it.
      return HttpResponse.ofFailure(failure);
    }
    LOG.error("a request failed", failure);
    return HttpResponse.ofJson(
        HttpStatus.INTERNAL_SERVER_ERROR, Map.of("error", "internal error; see the server's log"));
  }

  private static HttpResponse response(Refusal refusal, String message) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(HttpStatus.valueOf(refusal.httpStatus()))
            .contentType(MediaType.JSON);
    if (refusal == Refusal.BUSY || refusal == Refusal.NOT_READY) {
      headers.set(HttpHeaderNames.RETRY_AFTER, Integer.toString(RETRY_AFTER_SECONDS));
    }
    return HttpResponse.ofJson(headers.build(), Map.of("error", message));
  }
}
