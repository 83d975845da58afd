"""What can go wrong in a request, with its HTTP status; the tree goes on from `service.errors`.

ServiceError
└── RequestError                what the caller can be told, with a status and a code
    ├── SignInError       401   nobody is signed in, or the key is not valid
    ├── ForbiddenError    403   the role or the key does not allow it
    │   ├── MustChangeError     the one-time password must be changed before anything else
    │   └── ForgedError         a write without the session's token, or from another site
    ├── NotFoundError     404   there is no such thing, or the caller may not see it
    ├── ConflictError     409   somebody else has changed it meanwhile
    ├── PreconditionError 412   If-Match names another version
    ├── TooLargeError     413   the upload is too large
    ├── InvalidError      422   a value cannot be used
    ├── UnconditionalError 428  a change without If-Match could undo somebody else's
    ├── TooManyError      429   too many requests, or the queue is full; says when to come again
    ├── ProviderError     502   the identity provider does not answer as it should
    ├── NotReadyError     503   the index is being built
    └── TooSlowError      504   it took longer than the time limit
"""

from service.errors import ServiceError


class RequestError(ServiceError):
    """What the caller can be told.

    Attributes:
        status: of the HTTP response.
        code: for programs.
        headers: more of the response's headers.
    """

    status = 400
    code = "bad_request"
    default = "请求有误。"

    def __init__(self, message: str = "", headers: dict[str, str] | None = None) -> None:
        self.headers = headers or {}
        super().__init__(message or self.default)


class SignInError(RequestError):
    """Nobody is signed in, or the key is not valid."""

    status, code = 401, "not_signed_in"
    default = "请先登录，或者在 Authorization 头里给出有效的密钥。"


class ForbiddenError(RequestError):
    """The role or the key does not allow it."""

    status, code = 403, "forbidden"
    default = "当前账号没有权限做这件事。如确有需要，请联系管理员。"


class MustChangeError(ForbiddenError):
    """The one-time password must be changed before anything else."""

    code = "password_must_change"
    default = "现在用的是一次性密码。请先改成自己的密码。"


class ForgedError(ForbiddenError):
    """A write without the session's token, or one that another site sent."""

    code = "forged"
    default = "页面已经过期，或者请求不是从本站页面发出的，没有执行。请刷新页面后重试。"


class NotFoundError(RequestError):
    """There is no such thing, or the caller may not see it: both are told alike."""

    status, code = 404, "not_found"
    default = "没有找到。请核对编号。"


class ConflictError(RequestError):
    """Somebody else has changed it meanwhile, or it is there already."""

    status, code = 409, "conflict"
    default = "别人刚刚改动过。请刷新后重试。"


class PreconditionError(RequestError):
    """`If-Match` names another version."""

    status, code = 412, "version_changed"
    default = "这条内容在您打开之后被改动过。请刷新，核对后再保存。"


class TooLargeError(RequestError):
    """The upload is too large."""

    status, code = 413, "too_large"
    default = "文件太大。请分成几个文件上传。"


class InvalidError(RequestError):
    """A value cannot be used."""

    status, code = 422, "invalid"
    default = "填写的内容不能用。"


class UnconditionalError(RequestError):
    """A change without `If-Match` could undo somebody else's."""

    status, code = 428, "version_missing"
    default = "请在 If-Match 头里写明要改的是哪个版本（取自读取时的 ETag），再提交。"


class TooManyError(RequestError):
    """Too many requests at a time, or the queue is full."""

    status, code = 429, "too_many"

    def __init__(self, seconds: int = 2) -> None:
        super().__init__(
            f"现在请求太多，请过 {seconds} 秒再试。", headers={"Retry-After": str(seconds)}
        )


class ProviderError(RequestError):
    """The identity provider does not answer, or not as it should."""

    status, code = 502, "provider"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"统一身份平台没有给出能用的答复（{reason}）。请稍后再试，或者用账号和密码登录；"
            "一直如此请让管理员核对 DUIJIE_OIDC_ 开头的设置。"
        )


class NotReadyError(RequestError):
    """The index is being built."""

    status, code = 503, "not_ready"

    def __init__(self, seconds: int = 5) -> None:
        super().__init__(
            "索引还没有建好，请稍候再试；如果还没有导入需求和成果，请先导入。",
            headers={"Retry-After": str(seconds)},
        )


class TooSlowError(RequestError):
    """It took longer than the time limit."""

    status, code = 504, "too_slow"
    default = "处理超时。请缩短文字或减少条数后重试。"
