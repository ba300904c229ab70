// Mapping, protecting, advising.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
    int fd = open("file", O_CREAT | O_RDWR, 0644);
    ftruncate(fd, 8192);
    char *file = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *part = mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
    char *anon = mmap(0, 65536, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mmap(anon, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    mmap((void *)0x123, 4096, PROT_NONE, MAP_FIXED, -1, 0);
    mmap(0, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_POPULATE, -1, 0);
    mmap(0, 4096, 0x80, 0, 99, 4096);
    mprotect(anon + 4096, 4096, PROT_READ | PROT_EXEC);
    mprotect((void *)1, 4096, PROT_READ);
    msync(file, 8192, MS_SYNC | MS_INVALIDATE);
    madvise(anon, 65536, MADV_DONTNEED);
    madvise(anon, 65536, MADV_HUGEPAGE);
    madvise(anon, 65536, 999);
    mlock(anon, 4096);
    munlock(anon, 4096);
    syscall(SYS_mlock2, anon + 8192, 4096, MLOCK_ONFAULT);
    mlockall(99);
    munlockall();
    anon = mremap(anon + 8192, 4096, 8192, MREMAP_MAYMOVE);
    mremap((void *)0x1000, 4096, 8192, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0x2000);
    unsigned char resident[2];
    mincore(file, 8192, resident);
    munmap(part, 4096);
    munmap((void *)1, 1);
    syscall(SYS_brk, 0);
    memfd_create("name", 0);
    memfd_create("other", MFD_CLOEXEC | MFD_HUGETLB | 21u << 26);
    syscall(SYS_membarrier, 0, 0, 0);
    return 0;
}
