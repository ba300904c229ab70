// TCP on loopback.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    int on = 1;
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in name = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}};
    bind(server, (void *)&name, sizeof name);
    socklen_t len = sizeof name;
    getsockname(server, (void *)&name, &len);
    listen(server, 128);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(client, (void *)&name, sizeof name);
    struct sockaddr_in peer;
    len = sizeof peer;
    int s = accept4(server, (void *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
    accept(server + 100, 0, 0);
    int error;
    len = sizeof error;
    getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &len);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &on, sizeof on);
    len = sizeof error;
    getsockopt(client, IPPROTO_TCP, TCP_MAXSEG, &error, &len);
    send(client, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL);
    char buf[128];
    recv(s, buf, sizeof buf, 0);
    recv(s, buf, sizeof buf, MSG_DONTWAIT | MSG_PEEK);
    write(s, "HTTP/1.1 200 OK\r\n", 17);
    read(client, buf, sizeof buf);
    len = sizeof peer;
    getpeername(client, (void *)&peer, &len);
    len = 2;
    getpeername(client, (void *)&peer, &len);
    struct linger linger = {1, 0};
    setsockopt(s, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    shutdown(client, SHUT_RDWR);
    recv(s, buf, sizeof buf, 0);
    close(s);
    name.sin_port = htons(1);
    int refused = socket(AF_INET, SOCK_STREAM, 0);
    connect(refused, (void *)&name, sizeof name);
    name.sin_family = 99;
    connect(refused, (void *)&name, sizeof name);
    connect(refused, 0, 0);
    int udp = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    struct sockaddr_in any = {AF_INET, htons(9), {htonl(INADDR_LOOPBACK)}};
    sendto(udp, "x", 1, MSG_DONTWAIT, (void *)&any, sizeof any);
    connect(udp, (void *)&any, sizeof any);
    socket(AF_PACKET, 99, 0);
    socket(77, SOCK_STREAM, 5);
    return 0;
}
