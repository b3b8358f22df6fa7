package io.latentry.load.service;

import io.latentry.core.artifact.ImageSettings;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Images;
import io.latentry.ingest.image.ImageDecoder;
import io.latentry.ingest.image.ImageReading;
import io.latentry.scoring.Scorer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Images: as files through {@code /v1}, and through the other doors as the tensor they become. */
final class ImageWorkload extends Workload {
  private final ImageSettings settings;
  private final List<byte[]> files;
  private final Images images;

  ImageWorkload(String model, Manifest manifest, List<byte[]> files) {
    super(model);
    this.settings = Objects.requireNonNull(manifest.image(), "image");
    this.files = List.copyOf(files);
    this.images =
        ImageReading.images(
            files.stream()
                .map(
                    file ->
                        ImageDecoder.decode(
                            file, settings.channels(), settings.height(), settings.width()))
                .toList(),
            settings.spec());
  }

  @Override
  public String words() {
    return "images of %d x %d x %d"
        .formatted(settings.channels(), settings.height(), settings.width());
  }

  @Override
  List<LoadDoor> doors(LoadClient client, int samples) {
    // No image twice, but where one request has more than there are.
    int different = Math.max(1, Math.min(DIFFERENT_REQUESTS, files.size() / samples));
    List<int[]> turns = turns(different, samples, files.size());
    List<Images> requests = turns.stream().map(images::select).toList();
    return List.of(
        samples == 1
            ? LoadDoor.api(client, model(), "PNG", Bodies.PNG_TYPE, files.subList(0, different))
            : LoadDoor.api(
                client,
                model(),
                "PNG",
                Bodies.FORM_TYPE,
                turns.stream().map(turn -> Bodies.form(chosen(turn))).toList()),
        LoadDoor.oip(client, model(), requests),
        LoadDoor.grpc(client, model(), requests));
  }

  private List<byte[]> chosen(int[] turn) {
    return Arrays.stream(turn).mapToObj(files::get).toList();
  }

  @Override
  KnownAnswer known(int port, Scorer scorer) {
    Images first = images.slice(0, 1);
    return new KnownAnswer(
        port, model(), Bodies.PNG_TYPE, files.get(0), first, scorer.judge(first).score(0));
  }
}
