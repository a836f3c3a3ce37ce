/* SPDX-License-Identifier: Apache-2.0 */
/* Each preset reads a few rows in the layout of its data set. */
#include "../dump.h"

#include "../shared_context.h"

static const struct {
    const char *preset, *rows, *items, *wanted;
} cases[] = {
    {"movielens-100k", "1\t10\t3\t881250949\n1\t11\t5\t881250948\n",
     "10|Caf\xE9 (1995)|01-Jan-1995||http://x|0|1\n11|Two (1995)|01-Jan-1995||http://y|0|0\n",
     "1: 11@881250948 10@881250949 | 10=Caf\xC3\xA9 (1995),01-Jan-1995,,http://x,0,1 11=Two "
     "(1995),01-Jan-1995,,http://y,0,0"},
    {"movielens-1m", "1::10::5::978300760\n1::11::3::978300759\n",
     "10::Caf\xE9 (1995)::Drama|War\n11::One: Two (1995)::Drama\n",
     "1: 11@978300759 10@978300760 | 10=Caf\xC3\xA9 (1995),Drama|War 11=One: Two (1995),Drama"},
    {"movielens-20m", "userId,movieId,rating,timestamp\n1,10,3.5,1112486027\n",
     "movieId,title,genres\n10,\"Three, The (1995)\",Drama|War\n", "1: 10@1112486027 | 10=Three, The (1995),Drama|War"},
    {"amazon-2014",
     "{\"reviewerID\": \"A1\", \"asin\": \"B01\", \"helpful\": [0, 0], \"overall\": 5.0, \"unixReviewTime\": "
     "1370044800, "
     "\"reviewTime\": \"06 1, 2013\"}\n",
     "{'asin': 'B01', 'title': \"A 'b' \\\"c\\\"\", 'related': {'also_bought': ['B02']}, 'price': None}\n",
     "A1: B01@1370044800 | B01=A 'b' \"c\",{\"also_bought\":[\"B02\"]},"},
    {"amazon-2018",
     "{\"overall\": 5.0, \"verified\": true, \"reviewTime\": \"06 1, 2013\", \"reviewerID\": \"A1\", \"asin\": "
     "\"B01\", "
     "\"unixReviewTime\": 1370044800}\n",
     "{\"category\": [\"x\", \"y\"], \"title\": \"T\", \"asin\": \"B01\", \"price\": \"\"}\n",
     "A1: B01@1370044800 | B01=x, y,T,"},
    {"amazon-2023",
     "{\"rating\": 5.0, \"title\": \"Good\", \"images\": [{\"small_image_url\": \"u\"}], \"asin\": \"B02\", "
     "\"parent_asin\": "
     "\"B01\", \"user_id\": \"A1\", \"timestamp\": 1588687728923}\n",
     "{\"main_category\": \"x\", \"title\": \"T\", \"price\": null, \"parent_asin\": \"B01\"}\n",
     "A1: B01@1588687728923 | B01=x,T,"},
    {"yoochoose", "1,2014-04-07T10:51:29.868Z,214536500,0\n1,2014-04-07T10:51:09.277Z,214536502,S\n", NULL,
     "1: 214536502@1396867869.277 214536500@1396867889.868 | 214536500 214536502"},
    {"diginetica",
     "sessionId;userId;itemId;timeframe;eventdate\n1;NA;81766;526309;2016-05-09\n1;NA;31331;3;2016-05-09\n", NULL,
     "1: 31331@3 81766@526309 | 81766 31331"},
    {"retailrocket", "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n", NULL,
     "257597: 355908@1433221332117 | 355908"},
    {"rees46",
     "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"
     "2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde\n",
     NULL, "72d76fde: 44600062@1569888000 | 44600062"},
    {"otto",
     "{\"session\": 0, \"events\": [{\"aid\": 7, \"ts\": 1659304800025, \"type\": \"clicks\"}, {\"aid\": 8, \"ts\": "
     "1659304904511, \"type\": \"carts\"}]}\n",
     NULL, "0: 7@1659304800025 8@1659304904511 | 7 8"},
    {"hm", "t_dat,customer_id,article_id,price,sales_channel_id\n2018-09-20,000058a1,0663713001,0.05,2\n",
     "article_id,product_code,prod_name\n0663713001,0663713,Top\n",
     "000058a1: 0663713001@1537401600 | 0663713001=0663713,Top"},
    {"gowalla", "0\t2010-10-19T23:55:27Z\t30.2\t-97.7\t22847\n0\t2010-10-18T22:17:43Z\t30.2\t-97.7\t420315\n", NULL,
     "0: 420315@1287440263 22847@1287532527 | 22847 420315"},
    {"foursquare", "470\t49bbd6\t4bf58d\tCaf\xE9\t40.7\t-74.0\t-240\tTue Apr 03 18:00:09 +0000 2012\n", NULL,
     "470: 49bbd6@1333476009 | 49bbd6"},
    {"lastfm-1k", "user_1\t2009-05-04T23:08:57Z\tf1b1cf71\tDeep Dish\t\tSay \"Hi\n", NULL,
     "user_1: Say \"Hi@1241478537 | Say \"Hi"},
    {"mind",
     "1\tU7\t11/11/2019 12:05:58 PM\tN9 N8\tN1-0 N2-1 N3-1\n2\tU7\t11/11/2019 9:05:58 AM\t\tN1-1 N3-0\n"
     "3\tU8\t11/12/2019 1:00:00 AM\tN9\tN1-0\n",
     "N1\tnews\tworld\t\"Two\" words\tAbout\thttp://x\t[]\t[]\nN2\tsport\tgolf\t\"Open\t\thttp://y\t[]\t[]\n",
     "U7: N1@1573463158 N2@1573473958 N3@1573473958 | "
     "N2=sport,golf,\"Open,,http://y,[],[] N3=,,,,,, N1=news,world,\"Two\" words,About,http://x,[],[]"},
    {"steam", "{u'username': u'Ann\\xe9', u'product_id': u'725280', u'date': u'2018-01-05', u'early': False}\n",
     "{u'app_name': u'Game', u'id': u'725280', u'tags': [u'A', u'B']}\n",
     "Ann\xC3\xA9: 725280@1515110400 | 725280=Game,A, B"},
    {"recbole", "user_id:token\titem_id:token\ttimestamp:float\n196\t242\t881250949\n",
     "item_id:token\tmovie_title:token_seq\n242\tKolya\n", "196: 242@881250949 | 242=Kolya"},
    {"gru4rec", "SessionId\tItemId\tTime\n1\t7\t20\n1\t8\t10\n", NULL, "1: 8@10 7@20 | 7 8"},
    {"sasrec", "1 7\n2 8\n", NULL, "1: 7; 2: 8 | 7 8"},
    {"delivery-hero", "SessionId,ItemId,Time,Reward\n1,7,20,1\n", NULL, "1: 7@20 | 7"},
};
enum { CASES = sizeof cases / sizeof *cases };

static void presets_read_their_data_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        llmrec_dataset_options options;
        llmrec_dataset *dataset = NULL;
        assert_ok(llmrec_dataset_options_preset(&options, sizeof options, cases[i].preset));
        write_text(scratch("rows"), cases[i].rows);
        if (cases[i].items != NULL) write_text(scratch("items"), cases[i].items);
        assert_ok(llmrec_dataset_load(context, scratch("rows"), cases[i].items != NULL ? scratch("items") : NULL,
                                      &options, &dataset));
        assert_string_equal(dump(dataset), cases[i].wanted);
        llmrec_dataset_free(dataset);
    }
}

/* "default" comes first, and has nothing to read. */
static void every_preset_has_rows_here(void **state)
{
    (void)state;
    assert_int_equal(llmrec_preset_count("llmrec_dataset_options"), CASES + 1);
    for (size_t i = 0; i < CASES; i++)
        assert_string_equal(llmrec_preset_name("llmrec_dataset_options", (int64_t)i + 1), cases[i].preset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_read_their_data_sets),
        cmocka_unit_test(every_preset_has_rows_here),
    };
    return cmocka_run_group_tests(tests, make_context, drop_context);
}
