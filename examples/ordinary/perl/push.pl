#!/usr/bin/perl
# Sends one lead's status to CAKE.
use strict;
use warnings;

use Encode qw(decode_utf8);
use JSON::PP qw(decode_json);
use LWP::UserAgent;
use URI;
use XML::LibXML;

use constant { UPDATED => 0, REJECTED => 10, UNKNOWN => 11 };

exit main();

sub main {
    # The key is in the query, and goes to no other host: no redirects.
    my $ua = LWP::UserAgent->new(timeout => 20, env_proxy => 1, max_redirect => 0);
    my $response = $ua->get(url());
    if (!$response->is_success) {
        warn 'CAKE did not answer: ', $response->status_line, "\n";
        return UNKNOWN;
    }

    my $document = eval { XML::LibXML->load_xml(string => $response->content) };
    if (!$document) {
        warn "The answer is no XML: $@";
        return UNKNOWN;
    }
    my $code = $document->findvalue('/result/code');
    my $msg  = $document->findvalue('/result/msg');
    binmode STDOUT, ':encoding(UTF-8)';
    print "code $code: $msg\n";

    return UPDATED  if $code =~ /^\s*0\s*$/;
    return REJECTED if $code =~ /^\s*[1-4]\s*$/;
    return UNKNOWN;
}

# The method's URL with everything there is to say of the lead.
sub url {
    my %parameters = (
        api_key => decode_utf8($ENV{CAKE_API_KEY}),
        lead_id => decode_utf8($ENV{CAKE_LEAD_ID}),
        status  => decode_utf8($ENV{CAKE_STATUS}),
    );
    $parameters{sub_status} = decode_utf8($ENV{CAKE_SUB_STATUS}) if length($ENV{CAKE_SUB_STATUS} // '');
    my $fields = decode_json($ENV{CAKE_FIELDS} || '{}');

    my $url = URI->new($ENV{CAKE_URL});
    $url->query_form(%parameters, %$fields);
    return $url;
}
