Feature: Conditional writes with If-Match

  A write with If-Match only succeeds for the named version of a resource (RFC 9110, section 13.1.1). All writes to an
  account, a role or the configuration support it.

  Scenario Outline: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has created the role "helper"
    When Root tries to <write> on the condition If-Match '"0"'
    Then the request is rejected with 412 precondition_failed and changes nothing
    When Root tries to <write> on the condition If-Match 'W/CURRENT'
    Then the request is rejected with 412 precondition_failed and changes nothing
    When Root tries to <write> on the condition If-Match 'CURRENT, unquoted'
    Then the request is rejected with 412 precondition_failed and changes nothing
    When Root tries to <write> on the condition If-Match '"0" ,, W/"1",CURRENT'
    Then the request succeeds

    Examples:
      | write                          |
      | change her profile             |
      | change her password            |
      | change the profile of Grace    |
      | block Grace                    |
      | delete Grace                   |
      | erase Grace                    |
      | issue a reset token for Grace  |
      | end the sessions of Grace      |
      | end a session of Grace         |
      | replace the roles of Grace     |
      | restore Grace                  |
      | change the role "helper"       |
      | delete the role "helper"       |
      | reload the configuration       |
      | roll back the configuration    |
      | override a setting             |
      | confirm a configuration change |
      | revert a configuration change  |
      | remove an override             |
      | remove all overrides           |

  Scenario: The current user
    Given Ada is logged in
    When Ada tries to delete her account on the condition If-Match '"0"'
    Then the request is rejected with 412 precondition_failed and changes nothing
    When Ada tries to delete her account on the condition If-Match 'CURRENT'
    Then the request succeeds

  Scenario Outline: If-Match * matches any version: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has created the role "helper"
    When Root tries to <write> on the condition If-Match '*'
    Then the request succeeds

    Examples:
      | write                      |
      | change her password        |
      | replace the roles of Grace |
      | change the role "helper"   |
      | reload the configuration   |

  Scenario Outline: A missing resource is not found: <write>
    Given Root is an administrator
    When Root tries to <write> on the condition If-Match '*'
    Then the request is rejected with 404 not_found

    Examples:
      | write                              |
      | replace the roles of Nobody        |
      | delete Nobody                      |
      | cancel an unknown scheduled change |
      | change the role "helper"           |

  Scenario: Other errors take precedence over the condition
    Given Root is an administrator
    And Grace is logged in
    When Root tries to assign Grace an unknown role on the condition If-Match '"0"'
    Then the request is rejected with 422 validation_failed
    When Root tries to change her password with a wrong current password on the condition If-Match '"0"'
    Then the request is rejected with 403 wrong_password
    When Root tries to block Grace until yesterday on the condition If-Match '"0"'
    Then the request is rejected with 422 validation_failed

  Scenario Outline: One of ten concurrent writes to the same version succeeds: <write>
    Given Root is an administrator
    And Grace is logged in
    And Root has created the role "helper"
    When Root tries to <write> on the condition If-Match 'CURRENT' 10 times at once
    Then exactly 1 request succeeds and the others are rejected with 412 precondition_failed

    Examples:
      | write                      |
      | replace the roles of Grace |
      | change the role "helper"   |

  Scenario: A write with If-None-Match
    Given Root is an administrator
    And Grace is logged in
    When Root tries to change the profile of Grace on the condition If-None-Match 'W/CURRENT'
    Then the request is rejected with 412 precondition_failed and changes nothing
    When Root tries to change the profile of Grace on the condition If-None-Match '"0"'
    Then the request succeeds
