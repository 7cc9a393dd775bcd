//! What logs call their columns and fields, without what tells spellings apart; the telling names first.

/// Names, with a space between them.
type Names = &'static str;

/// Whether a name is one of these.
pub(super) fn is_among(names: Names, name: &str) -> bool {
    names.split(' ').any(|known| known == name)
}

pub(super) const METHOD: Names = "requestmethod httpmethod method verb httpverb httprequestmethod";

/// What holds the URL of a request, or a part of it.
pub(super) const ADDRESS: Names = "\
    url uri path target requesturi requesturl request endpoint stem csuristem clientrequesturi \
    clientrequestpath full original requestpath rawpath href location";

/// What holds the beginning of a URL whose rest stands apart.
pub(super) const BASE: Names = "baseurl baseuri baseaddress";

pub(super) const QUERY: Names = "querystring query args urlquery rawquery queryparams csuriquery";

/// What holds the parameters of a request one by one.
pub(super) const PARAMETERS: Names =
    "params query querystring queryparams parameters args requestparams queryparameters qs searchparams";

pub(super) const HOST: Names = "httphost host serverhost servername vhost urldomain domain hostname requesthost";

pub(super) const STATUS: Names = "\
    httpstatus statuscode httpstatuscode responsestatus responsecode responsestatuscode status scstatus \
    edgeresponsestatus";

/// What holds an answer.
pub(super) const BODY: Names = "\
    responsebody body answer response responsetext content bodycontent responsecontent result data output \
    xml message msg";

/// What holds an error.
pub(super) const FAILURE: Names =
    "error err exception errormessage stack stacktrace errorstack cause message msg reason code detail";

pub(super) const TIME: Names = "\
    time timestamp datetime ts timelocal timeiso8601 date edgestarttimestamp asctime eventtime created \
    requestdate datecreated";

/// How much a line of a log matters.
pub(super) const LEVEL: Names = "level severity levelname loglevel";

/// The address of the client.
pub(super) const CLIENT: Names =
    "remoteaddr clientip remoteip from client ip ipaddress clientaddress sourceip egressip cip xforwardedfor";

pub(super) const AGENT: Names = "useragent httpuseragent agent useragentoriginal csuseragent";

pub(super) const SIZE: Names = "bodybytessent bytes bytessent responsesize size scbytes";

pub(super) const USER: Names = "remoteuser username user";
