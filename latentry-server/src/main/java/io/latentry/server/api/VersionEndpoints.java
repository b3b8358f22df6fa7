package io.latentry.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.latentry.server.registry.ArtifactStore;
import io.latentry.server.registry.AuditEntry;
import io.latentry.server.serving.FullDisk;
import io.latentry.server.serving.ModelHost;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts versions of models in and out of service, and says who did. */
final class VersionEndpoints {
  private static final int PART_BYTES = 1 << 16;

  private final ModelHost host;
  private final ModelEndpoints models;
  private final ApiLimits limits;

  VersionEndpoints(ModelHost host, ModelEndpoints models, ApiLimits limits) {
    this.host = host;
    this.models = models;
    this.limits = limits;
  }

  record Audit(List<Entry> audit) {}

  record Entry(String at, String model, int version, String action, String by, String detail) {
    static Entry of(AuditEntry entry) {
      return new Entry(
          entry.at().toString(),
          entry.model(),
          entry.version(),
          entry.action(),
          entry.by(),
          entry.detail());
    }
  }

  /** Blocks while the body comes in and the artifact is proven. */
  HttpResponse add(ServiceRequestContext context, HttpRequest request, String by) {
    MediaType type = request.contentType();
    if (type == null || !type.is(MediaType.OCTET_STREAM)) {
      throw new RefusedException(
          Refusal.UNSUPPORTED_MEDIA,
          "content-type: " + type + " (expected: application/octet-stream, an artifact)");
    }
    boolean promoted = promoted(context.queryParams());
    try {
      Path upload = ArtifactStore.forUpload(limits.storeFolder());
      try {
        receive(context, request, upload);
        return ApiJson.response(
            HttpStatus.CREATED,
            VersionDocument.of(host.add(Paths.model(context), upload, promoted, by)));
      } finally {
        Files.deleteIfExists(upload);
      }
    } catch (IOException failed) {
      if (FullDisk.isCauseOf(failed)) {
        throw new RefusedException(
            Refusal.NO_ROOM,
            "artifact: no room left on the disk of the store (expected: some for what is sent);"
                + " free some, and send it again",
            failed);
      }
      throw new UncheckedIOException(failed);
    }
  }

  private void receive(ServiceRequestContext context, HttpRequest request, Path upload)
      throws IOException {
    try (InputStream body =
            request.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty());
        OutputStream file = Files.newOutputStream(upload)) {
      byte[] part = new byte[PART_BYTES];
      for (int read = body.read(part); read >= 0; read = body.read(part)) {
        file.write(part, 0, read);
        context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, limits.patience());
      }
    }
  }

  private static boolean promoted(QueryParams query) {
    for (String name : query.names()) {
      if (!name.equals("promote")) {
        throw new RefusedException(
            Refusal.BAD_INPUT, "query parameter '" + name + "': unknown (expected: promote)");
      }
    }
    String promote = query.get("promote", "false");
    return switch (promote) {
      case "true", "" -> true;
      case "false" -> false;
      default ->
          throw new RefusedException(
              Refusal.BAD_INPUT, "promote: '" + promote + "' (expected: true or false)");
    };
  }

  HttpResponse promote(ServiceRequestContext context, String by) {
    int version = Paths.version(context).orElseThrow();
    return ApiJson.ok(VersionDocument.of(host.promote(Paths.model(context), version, by)));
  }

  HttpResponse rollBack(ServiceRequestContext context, String by) {
    return ApiJson.ok(VersionDocument.of(host.rollBack(Paths.model(context), by)));
  }

  HttpResponse load(ServiceRequestContext context, String by) {
    host.load(Paths.model(context), by);
    return ApiJson.ok(models.model(Paths.model(context)));
  }

  HttpResponse unload(ServiceRequestContext context, String by) {
    host.unload(Paths.model(context), by);
    return ApiJson.ok(models.model(Paths.model(context)));
  }

  HttpResponse audit(ServiceRequestContext context) {
    return ApiJson.ok(document(host.audit(Paths.model(context))));
  }

  static Audit document(List<AuditEntry> entries) {
    return new Audit(entries.stream().map(Entry::of).toList());
  }
}
