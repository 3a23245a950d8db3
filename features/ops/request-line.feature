Feature: Requests that could be understood in two ways

  They are refused, and nobody has to guess what a proxy has made of them (RFC 9112).

  @remote
  Scenario Outline: A request with <oddity>
    When a client sends a request with <oddity>
    Then the client is refused with 400 bad_request

    Examples:
      | oddity                        |
      | two Hosts                     |
      | an absolute target            |
      | an absolute target of its own |
      | a star for a target           |

  @remote
  Scenario Outline: A request with <oddity>, which is hardly one
    When a client sends a request with <oddity>
    Then the client is answered <status> and the connection ends

    Examples:
      | oddity                           | status |
      | no Host                          | 400    |
      | a method that does not exist     | 400    |
      | version 9.9                      | 400    |
      | two lengths                      | 400    |
      | a length and chunks              | 400    |
      | a negative length                | 400    |
      | chunks of a wrong size           | 400    |
      | a folded field                   | 400    |
      | a NUL in a field                 | 400    |
      | a space before the colon         | 400    |
      | fields of 100 kB                 | 431    |
      | a target of 100 kB               | 431    |
      | the greeting of another protocol | 400    |

  @remote
  Scenario: The service goes on after all of that
    Given a client sends a request with two lengths
    And a client sends a request with the greeting of another protocol
    When somebody asks whether the service is healthy
    Then it is healthy
