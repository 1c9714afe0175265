/*
 * libxml2: its global settings, error handler, last error and registered input callbacks are a rank's own. Its ICU and
 * character tables bring a large library with many constructors.
 *
 * test: package libxml2-dev
 * test: pkg-config libxml-2.0
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xinclude.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

static int complaints, opened;

static void complain(void *data, const char *format, ...)
{
    (void)format;
    complaints += *(int *)data;
}

static int match(const char *name)
{
    return strncmp(name, "rank:", 5) == 0;
}

static void *open_rank(const char *name)
{
    opened++;
    char *text = malloc(100);
    snprintf(text, 100, "<included by='%s' number='%d'/>", name, check_rank);
    return text;
}

static int read_rank(void *context, char *buffer, int size)
{
    int length = (int)strlen(context);
    if (length > size)
        length = size;
    memcpy(buffer, context, (size_t)length);
    memmove(context, (char *)context + length, strlen((char *)context + length) + 1);
    return length;
}

static int close_rank(void *context)
{
    free(context);
    return 0;
}

static double count(xmlDocPtr document, const char *expression)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    interleave();
    xmlXPathObjectPtr result = xmlXPathEvalExpression((const xmlChar *)expression, context);
    double number = result == NULL ? -1 : xmlXPathCastToNumber(result);
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    return number;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    LIBXML_TEST_VERSION
    int odd = check_rank % 2, weight = check_rank + 1;
    xmlInitParser();
    xmlKeepBlanksDefault(odd);
    xmlIndentTreeOutput = odd;
    xmlSetGenericErrorFunc(&weight, complain);
    if (odd)
        CHECK(xmlRegisterInputCallbacks(match, open_rank, read_rank, close_rank) >= 0);
    interleave();

    /* Blanks between elements are kept or not. */
    const char text[] = "<a>\n  <b n='1'/>\n  <b n='2'>\xc3\xa4</b>\n  <x:include href='rank:me' xmlns:x='http://www.w3.org/2001/XInclude'>"
                        "<x:fallback><nothing/></x:fallback></x:include>\n</a>";
    xmlDocPtr document = xmlParseMemory(text, sizeof text - 1);
    interleave();
    CHECK(document != NULL);
    CHECK(count(document, "count(/a/text())") == (odd ? 4 : 0));
    CHECK(count(document, "sum(//b/@n)") == 3);

    /* What is included is the rank's, or nothing. */
    CHECK(xmlXIncludeProcess(document) >= 0);
    CHECK(count(document, "count(//included)") == odd);
    CHECK(count(document, "count(//nothing)") == !odd);
    CHECK_EQUAL(opened, odd);
    CHECK(count(document, "sum(//included/@number)") == odd * check_rank);
    complaints = 0;

    /* Written in another encoding. */
    xmlChar *dump;
    int size;
    xmlDocDumpFormatMemoryEnc(document, &dump, &size, odd ? "UTF-16" : "ISO-8859-1", 1);
    printf("rank %d of %d: %d bytes, %d characters of output\n", check_rank, check_size, size, xmlUTF8Strlen(dump));
    xmlFree(dump);
    xmlFreeDoc(document);

    /* Errors. */
    xmlResetLastError();
    interleave();
    if (odd)
        CHECK(xmlParseMemory("<a><b></a>", 10) == NULL);
    else
        CHECK(xmlParseMemory("<a/>", 4) != NULL);
    interleave();
    CHECK_EQUAL(complaints > 0 && complaints % weight == 0, odd);
    CHECK_EQUAL(xmlGetLastError() != NULL, odd);
    if (odd)
        printf("rank %d of %d: error %d\n", check_rank, check_size, xmlGetLastError()->code);
    xmlCleanupParser();
    return finish("libxml2");
}
