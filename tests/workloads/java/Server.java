import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A web server with a pool of eight threads, and one that looks for its settings once a second. */
public final class Server {
    private static final Path SETTINGS = Path.of("/etc/java-server/settings.properties");

    private Server() {}

    private static String settings() throws IOException {
        try {
            return Files.readString(SETTINGS);
        } catch (NoSuchFileException missing) {
            return "defaults";
        }
    }

    public static void main(String[] arguments) throws IOException {
        var served = new AtomicLong();
        var server = HttpServer.create(new InetSocketAddress(8080), 128);
        server.createContext("/", exchange -> {
            var text = settings() + ", request " + served.incrementAndGet()
                    + ", " + Thread.currentThread().getName() + "\n";
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.setExecutor(Executors.newFixedThreadPool(8));
        Executors.newSingleThreadScheduledExecutor().scheduleAtFixedRate(() -> {
            try {
                settings();
            } catch (IOException failed) {
                System.err.println(failed);
            }
        }, 1, 1, TimeUnit.SECONDS);
        server.start();
        System.out.println("serving on :8080");
    }
}
