Feature: Requests that could be understood in two ways

  They are refused, and nobody has to guess what a proxy has made of them (RFC 9112).

  @remote
  Scenario Outline: A request with <oddity>
    When a client sends a request with <oddity>
    Then the client is refused with 400 bad_request

    Examples:
      | oddity                                           |
      | two Hosts                                        |
      | two Hosts and version 1.0                        |
      | a Host that is no host and version 1.0           |
      | an empty Host                                    |
      | an absolute target                               |
      | an absolute target of another port               |
      | an absolute target of another scheme             |
      | an absolute target with a user                   |
      | an absolute target without a host                |
      | an absolute target of its own and two Hosts      |
      | an absolute target elsewhere and version 1.0     |
      | a star for a target of GET                       |

  @remote
  Scenario Outline: A request with <form> is served
    When a client sends a request with <form>
    Then the client is answered 200 and the connection ends

    Examples:
      | form                                              |
      | version 1.0 and no Host                           |
      | version 1.0, an empty Host                        |
      | version 1.0 and a Host                            |
      | an absolute target of its own                     |
      | an absolute target of its own in capitals         |
      | an absolute target of its own with the usual port |
      | an absolute target of its own without a port      |
      | an absolute target of its own over TLS            |

  @remote
  Scenario: HTTP/1.0 without Host asks for the address of the connection
    When a client sends an absolute target with the address of the service by version 1.0 without Host
    Then the client is answered 200 and the connection ends

  @remote
  Scenario Outline: An absolute target is matched like its path: <path>
    When a client sends an absolute target of its own with "<path>"
    Then the client is refused with <status> <code> at "<instance>"

    Examples:
      | path                   | status | code              | instance               |
      | /api/%68ealth          | 404    | not_found         | /api/%68ealth          |
      | /api/./health          | 404    | not_found         | /api/./health          |
      | //api/health           | 404    | not_found         | //api/health           |
      |                        | 404    | not_found         | /                      |
      | ?format=plain          | 404    | not_found         | /                      |
      | /api/version?format=no | 422    | validation_failed | /api/version           |
      | /api/health?x=%zz      | 400    | bad_request       | /api/health            |
      | /api/v1/users/me       | 401    | unauthorized      | /api/v1/users/me       |

  @remote
  Scenario Outline: OPTIONS for the service as a whole: <form>
    When a client sends a request with <form>
    Then the client is answered 204 and the connection ends

    Examples:
      | form                                        |
      | a star for a target                         |
      | a star for a target and version 1.0         |
      | OPTIONS of an absolute target without a path |

  @remote
  Scenario Outline: A request with <oddity> cannot be parsed
    When a client sends a request with <oddity>
    Then the client gets a problem document with <status> <code>, and the connection ends

    Examples:
      | oddity                           | status | code               |
      | no Host                          | 400    | bad_request        |
      | a method that does not exist     | 400    | bad_request        |
      | a space in the path              | 400    | bad_request        |
      | version 9.9                      | 400    | bad_request        |
      | a target that is neither         | 400    | bad_request        |
      | two lengths                      | 400    | bad_request        |
      | a length and chunks              | 400    | bad_request        |
      | a negative length                | 400    | bad_request        |
      | chunks of a wrong size           | 400    | bad_request        |
      | a folded field                   | 400    | bad_request        |
      | a NUL in a field                 | 400    | bad_request        |
      | a space before the colon         | 400    | bad_request        |
      | fields of 100 kB                 | 431    | headers_too_large  |
      | a target of 100 kB               | 431    | headers_too_large  |
      | an expectation that is unknown   | 417    | expectation_failed |
      | the greeting of another protocol | 400    | bad_request        |

  Scenario: A request that cannot be parsed is logged and counted
    When a client sends a request with the greeting of another protocol
    Then the client gets a problem document with 400 bad_request, and the connection ends
    And the log has its request id and the error code HPE_INVALID_METHOD
    And the metric counts 1 parse error with the code HPE_INVALID_METHOD

  Scenario: Rubbish after a complete request does not replace the response to it
    When a client sends a request with rubbish after it
    Then the client is answered 200, and then with a problem document with 400 bad_request

  @remote
  Scenario: The service goes on after all of that
    Given a client sends a request with two lengths
    And a client sends a request with the greeting of another protocol
    When somebody asks whether the service is healthy
    Then it is healthy
